-- One row per payer and day: accounts open at its end. From the accounts that the office delivers, from the day of the
-- first one told; before it, or without them, from the snapshots of accounts receivable, each of which holds until the
-- next one and for 31 days at most. An account counts from the day on which it was opened to the day before it was
-- closed.
-- grain: payer_id, day
-- slice: all
-- restated by: ledger.accounts
-- restated by: intake.ar_snapshots
-- looked up in: ledger.calendar
with days_told as (
    select min(first_told_on) as first_day, max(last_told_on) as last_day
    from ledger.accounts
),

openings_and_closings as (
    select a.payer_id, greatest(a.opened_on, d.first_day) as day, 1 as step
    from ledger.accounts as a
    cross join days_told as d
    where a.closed_on is null or a.closed_on > d.first_day
    union all
    select a.payer_id, greatest(a.closed_on, a.opened_on) as day, -1 as step
    from ledger.accounts as a
    cross join days_told as d
    where a.closed_on > d.first_day
),

changes_of_each_day as (
    select payer_id, day, sum(step) as change
    from openings_and_closings
    group by payer_id, day
),

counts_until_the_next_change as (
    select
        payer_id, day as from_day,
        sum(change) over (partition by payer_id order by day rows between unbounded preceding and current row) as n_open,
        lead(day) over (partition by payer_id order by day) as next_day
    from changes_of_each_day
),

latest_delivery_of_each_balance as (
    select event_date, coalesce(payer_id, 'unknown') as payer_id, balance
    from intake.ar_snapshots
    qualify row_number() over (partition by event_date, pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

counts_of_each_snapshot as (
    select event_date, payer_id, count(*) as n_open
    from latest_delivery_of_each_balance
    where balance <> 0
    group by event_date, payer_id
),

snapshots_until_the_next_one as (
    select event_date, lead(event_date) over (order by event_date) as next_on
    from (select distinct event_date from latest_delivery_of_each_balance) as snapshots
),

counts as (
    select n.payer_id, c.day, n.n_open, 'accounts' as basis
    from counts_until_the_next_change as n
    cross join days_told as d
    inner join ledger.calendar as c
        on c.day >= n.from_day and c.day < coalesce(n.next_day, d.last_day + interval '1 day') and c.day <= d.last_day
    where n.n_open > 0
    union all
    select n.payer_id, c.day, n.n_open, 'ar_snapshots' as basis
    from counts_of_each_snapshot as n
    inner join snapshots_until_the_next_one as s on s.event_date = n.event_date
    cross join days_told as d
    inner join ledger.calendar as c
        on c.day >= s.event_date and c.day < coalesce(s.next_on, s.event_date + interval '1 day')
        and c.day < s.event_date + interval '31 days' and (d.first_day is null or c.day < d.first_day)
)

select
    payer_id,  -- payer of the accounts
    cast(n_open as bigint) as n_open,  -- accounts open
    basis,  -- accounts or ar_snapshots: what they were counted from
    day  -- day
from counts
