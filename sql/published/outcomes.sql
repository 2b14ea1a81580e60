-- One row per period, definition and group: how the revenue cycle did, per payer, payer class or queue, and for all of it.
-- Periods are calendar months, and the 30 and 90 days that end with a week; a stock stands on each day on which it was taken.
-- A value is the sum of the numerators over the sum of the denominators, never a mean of rates, and null where there is nothing
-- to divide by. Cohorts of which too little has matured show no numbers, and how much of them has matured.
-- Groups of people (a role, a system) are not here: what is told of people is told in effort, under suppression. Neither are the
-- measures of clinicians, of whom even all may be two, and of contracts, which stand in payment_models under suppression of small panels.
-- grain: definition_id, period_kind, period, group_kind, group_id
-- slice: all
-- restated by: measures.by_group
-- restated by: measures.group_windows
-- restated by: measures.availability
-- restated by: ledger.parameters
with last_days_of_weeks as (
    select max(as_of) as as_of
    from measures.group_windows
    group by date_trunc('week', as_of)
),

months as (
    select
        p.definition_id, 'month' as period_kind, cast(date_trunc('month', p.measured_on) as date) as period,
        p.group_kind, p.group_id, sum(p.numerator) as numerator, sum(p.denominator) as denominator,
        cast(sum(p.n_matured) as double) / nullif(cast(sum(p.n_cohort) as double), 0) as matured_share
    from measures.by_group as p
    inner join measures.definitions as d on d.definition_id = p.definition_id and d.method <> 'stock'
    group by p.definition_id, date_trunc('month', p.measured_on), p.group_kind, p.group_id
),

periods as (
    select definition_id, period_kind, period, group_kind, group_id, numerator, denominator, matured_share
    from months
    union all
    select
        w.definition_id, case w.window_days when 30 then '30_days' else '90_days' end as period_kind, w.as_of as period,
        w.group_kind, w.group_id, w.numerator, w.denominator, w.matured_share
    from measures.group_windows as w
    inner join last_days_of_weeks as l on l.as_of = w.as_of
    where w.window_days in (30, 90)
    union all
    select
        definition_id, 'as_of' as period_kind, as_of as period, group_kind, group_id, numerator, denominator, matured_share
    from measures.group_windows
    where window_days = 1
),

measures_of_clinicians_and_panels as (
    select distinct definition_id
    from measures.by_group
    where group_kind in ('clinician_type', 'contract')
),

told as (
    select
        p.definition_id, p.period_kind, p.period, p.group_kind, p.group_id, p.numerator, p.denominator, p.matured_share,
        case
            when not a.is_available then a.availability
            when p.matured_share < m.value
                then 'withheld: ' || cast(cast(floor(100 * p.matured_share) as integer) as varchar)
                || ' % of the cohort has matured, ' || cast(cast(100 * m.value as integer) as varchar) || ' % must have'
        end as hidden
    from periods as p
    inner join ledger.parameters as m on m.name = 'matured_share'
    left join measures.availability as a on a.definition_id = p.definition_id
    left join measures_of_clinicians_and_panels as k on k.definition_id = p.definition_id
    where p.group_kind not in ('role', 'system') and k.definition_id is null
)

select
    definition_id as definition_id,  -- definition of the metric
    period_kind as period_kind,  -- month; 30_days or 90_days that end on the period's day; as_of: the state on that day
    period as period,  -- first day of the month, last day of the window, or the day of the state
    group_kind as group_kind,  -- payer, payer_class, queue and the like, or all
    group_id as group_id,  -- which of them; 'all' for the total, 'unknown' where none was given
    case when hidden is null then cast(numerator as decimal(38, 4)) end as numerator,  -- sum of the numerators, in the unit of the definition; null where withheld
    case when hidden is null then cast(denominator as decimal(38, 4)) end as denominator,  -- sum of the denominators, in the unit of the definition; null where withheld
    case when hidden is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- numerator over denominator, null where that is 0 or withheld
    matured_share as matured_share,  -- share of the cohort that has matured; null where the definition has no cohort
    coalesce(hidden, case when coalesce(denominator, 0) = 0 then 'nothing to divide by' end) as reason  -- why there is no value; null where there is one
from told
