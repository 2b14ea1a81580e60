-- One row per definition, length of window, group and last day: the sums of the 30 or 90 days that end
-- on a day, for every day on which anything was measured. A stock is a
-- state and is not added up: its window is the day itself. Cohorts of which less has matured than the configuration asks
-- for are withheld: no numbers, and the share that has matured.
-- grain: definition_id, window_days, group_kind, group_id, as_of
-- slice: as_of
-- restated by: measures.by_group.measured_on and 90 days after
-- restated by: measures.definitions
-- restated by: ledger.parameters
with windows (window_days) as (
    values (1), (30), (90)
),

windows_of_definitions as (
    select d.definition_id, w.window_days
    from measures.definitions as d
    inner join windows as w on (d.method = 'stock') = (w.window_days = 1)
    where d.method in ('ratio', 'share', 'stock')
),

measured_days as (
    select distinct measured_on
    from measures.by_group
    where measured_on > $from - interval '90 days' and measured_on <= $to
),

days_within_reach as (
    select d.measured_on as as_of, m.measured_on, date_diff('day', m.measured_on, d.measured_on) as days_before
    from measured_days as d
    inner join measured_days as m
        on m.measured_on <= d.measured_on and m.measured_on > d.measured_on - interval '90 days'
    where d.measured_on >= $from
),

sums as (
    select
        p.definition_id, w.window_days, p.group_kind, p.group_id, r.as_of,
        sum(p.numerator) as numerator, sum(p.denominator) as denominator,
        sum(p.n_cohort) as n_cohort, sum(p.n_matured) as n_matured, count(*) as n_days
    from measures.by_group as p
    inner join windows_of_definitions as w on w.definition_id = p.definition_id
    inner join days_within_reach as r on r.measured_on = p.measured_on and r.days_before < w.window_days
    where p.measured_on > $from - interval '90 days' and p.measured_on <= $to
    group by p.definition_id, w.window_days, p.group_kind, p.group_id, r.as_of
),

share_that_must_have_matured as (
    select value as needed
    from ledger.parameters
    where name = 'matured_share'
),

judged as (
    select
        s.definition_id, s.window_days, s.group_kind, s.group_id, s.as_of, s.numerator, s.denominator, s.n_days,
        cast(s.n_matured as double) / nullif(cast(s.n_cohort as double), 0) as matured_share,
        coalesce(s.n_matured < s.n_cohort * m.needed, false) as is_withheld
    from sums as s
    cross join share_that_must_have_matured as m
)

select
    definition_id,  -- which definition
    window_days,  -- 30 or 90 days that end on as_of; 1 for the state of a day
    group_kind,  -- payer, payer_class, queue, system and the like; all for the total
    group_id,  -- which of them; 'unknown' where none was given
    cast(case when not is_withheld then numerator end as decimal(18, 4)) as numerator,  -- sum of the numerators, in the unit of the definition; null where withheld
    cast(case when not is_withheld then denominator end as decimal(18, 4)) as denominator,  -- sum of the denominators, in the unit of the definition; null where withheld
    case when not is_withheld then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- numerator over denominator; null without one
    n_days,  -- days of the window on which the measure had a row
    matured_share,  -- share of the cohorts' cases that have matured; null where the definition has no cohorts
    as_of  -- last day of the window
from judged
