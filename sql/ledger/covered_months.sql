-- One row per feed and month, from the first month to the last that payments by the claim and visits tell of: whether the feed
-- covers the whole month. A month of which only the later days are known would look poor, and so would one that is not over.
-- A month counts from its first day where the feed is known by its first working day, and is over once the feed tells of a
-- later one. Visits before their first delivery are history where they reach back 90 days or more; fewer are what was still
-- open then, so that the feed begins with the day before its delivery. Payments are told by the day of their posting and have
-- no such tail.
-- grain: feed, month
-- slice: all
-- restated by: ledger.contract_receipts
-- restated by: ledger.visits
-- restated by: intake.encounters
-- looked up in: ledger.calendar
with first_delivery_of_visits as (
    select min(delivery_date) as delivered_on
    from intake.encounters
),

days_told as (
    select 'payments' as feed, posted_on as day, cast(null as date) as delivered_on
    from ledger.contract_receipts
    union all
    select 'visits' as feed, v.visit_date as day, f.delivered_on
    from ledger.visits as v
    cross join first_delivery_of_visits as f
    where v.status = 'completed'
),

reach as (
    select
        feed, cast(date_trunc('month', max(day)) as date) as last_month,
        case
            when max(delivered_on) is null or min(day) + interval '90 days' <= max(delivered_on) then min(day)
            else greatest(min(day), cast(max(delivered_on) - interval '1 day' as date))
        end as known_from
    from days_told
    group by feed
),

months_told as (
    select feed, cast(date_trunc('month', day) as date) as month
    from days_told
    group by feed, date_trunc('month', day)
),

months as (
    select cast(date_trunc('month', day) as date) as month, min(day) filter (where is_working) as first_working_day
    from ledger.calendar
    group by date_trunc('month', day)
),

first_months as (
    select feed, min(month) as first_month
    from months_told
    group by feed
),

judged as (
    select
        r.feed, m.month,
        case
            when r.known_from > coalesce(m.first_working_day, m.month) then 'the feed begins after the first working day'
            when m.month >= r.last_month then 'the feed does not reach past the month'
            when t.month is null then 'the feed tells nothing of the month'
        end as reason
    from reach as r
    inner join first_months as f on f.feed = r.feed
    inner join months as m on m.month between f.first_month and r.last_month
    left join months_told as t on t.feed = r.feed and t.month = m.month
)

select
    feed,  -- payments or visits
    reason is null as is_covered,  -- whether the feed tells of the whole month
    reason,  -- why not; null where it does
    month  -- first day of the month
from judged
