-- One row per payer and day on which somebody worked: how long the payer takes to answer, as it could be known that
-- morning. Answers are first adjudications of the 90 days before that day, counted in days from the claim's first
-- submission. A payer with fewer than payer_response_min_n of them is expected to take payer_response_days.
-- grain: payer_id, as_of
-- slice: as_of
-- restated by: ledger.claims.first_adjudicated_on and 90 days after
-- restated by: ledger.touches.worked_on
-- restated by: ledger.parameters
with limits as (
    select
        max(case when name = 'payer_response_days' then value end) as response_days,
        max(case when name = 'payer_response_min_n' then value end) as least_n
    from ledger.parameters
    where name in ('payer_response_days', 'payer_response_min_n')
),

days_of_work as (
    select distinct worked_on as as_of
    from ledger.touches
    where worked_on between $from and $to
),

answers_of_each_day as (
    select
        payer_id, first_adjudicated_on, date_diff('day', first_submitted_on, first_adjudicated_on) as days, count(*) as n
    from ledger.claims
    where
        first_adjudicated_on >= $from - interval '90 days' and first_adjudicated_on < $to
        and first_submitted_on <= first_adjudicated_on
    group by payer_id, first_adjudicated_on, date_diff('day', first_submitted_on, first_adjudicated_on)
),

answers_known_before as (
    select d.as_of, a.payer_id, a.days, sum(a.n) as n
    from days_of_work as d
    inner join answers_of_each_day as a
        on a.first_adjudicated_on < d.as_of and a.first_adjudicated_on >= d.as_of - interval '90 days'
    group by d.as_of, a.payer_id, a.days
),

answers_in_order as (
    select
        as_of, payer_id, days,
        sum(n) over (
            partition by as_of, payer_id
            order by days
            rows between unbounded preceding and current row
        ) as n_up_to,
        sum(n) over (partition by as_of, payer_id) as n_answers
    from answers_known_before
),

medians as (
    select
        as_of, payer_id, max(n_answers) as n_answers,
        (
            min(case when n_up_to * 2 >= n_answers then days end) + min(case when n_up_to * 2 > n_answers then days end)
        ) / 2.0 as median_days
    from answers_in_order
    group by as_of, payer_id
)

select
    m.payer_id,  -- payer
    cast(m.n_answers as bigint) as n_answers,  -- answers known before the day
    cast(m.median_days as decimal(18, 1)) as median_days,  -- their median, days from submission
    m.n_answers >= l.least_n as is_own,  -- whether they are enough to go by
    cast(
        case when m.n_answers >= l.least_n then m.median_days else l.response_days end as decimal(18, 1)
    ) as expected_days,  -- days in which the payer is expected to answer
    m.as_of  -- day
from medians as m
cross join limits as l
