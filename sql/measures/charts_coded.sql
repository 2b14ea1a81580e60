-- One row per definition, coder, day, complexity and setting: charts finished per productive hour, and standard minutes
-- earned per productive minute. The hours of a shift stand in these rows once, split by active time; hours on no known chart
-- stand under setting 'unknown'. Charts finished on a day without a coder's shift have no hours and stay out.
-- grain: definition_id, staff_id, role, complexity, setting, measured_on
-- slice: measured_on
-- restated by: ledger.charts.coded_on
-- restated by: ledger.production_hours.worked_on
-- restated by: ledger.parameters
with hours as (
    select staff_id, complexity, setting, worked_on, sum(productive_h) as productive_h
    from ledger.production_hours
    where worked_on between $from and $to and role = 'coder'
    group by staff_id, complexity, setting, worked_on
),

charts_finished_on_a_shift as (
    select c.coder_id as staff_id, c.complexity, c.setting, c.coded_on as worked_on, count(*) as n_charts
    from ledger.charts as c
    where
        c.coded_on between $from and $to
        and exists (select 1 from hours as h where h.staff_id = c.coder_id and h.worked_on = c.coded_on)
    group by c.coder_id, c.complexity, c.setting, c.coded_on
),

standard_minutes as (
    select replace(name, 'expected_min_', '') as complexity, value as expected_min
    from ledger.parameters
    where name in ('expected_min_low', 'expected_min_medium', 'expected_min_high')
),

charts_and_hours as (
    select staff_id, complexity, setting, worked_on, n_charts, 0 as productive_h
    from charts_finished_on_a_shift
    union all
    select staff_id, complexity, setting, worked_on, 0 as n_charts, productive_h
    from hours
),

sums as (
    select
        a.staff_id, a.complexity, a.setting, a.worked_on, sum(a.n_charts) as n_charts,
        sum(a.n_charts * m.expected_min) as expected_min, sum(a.productive_h) as productive_h
    from charts_and_hours as a
    inner join standard_minutes as m on m.complexity = a.complexity
    group by a.staff_id, a.complexity, a.setting, a.worked_on
),

both_definitions as (
    select
        'charts_coded.per_hour' as definition_id, staff_id, complexity, setting, worked_on,
        n_charts as numerator, productive_h as denominator
    from sums
    union all
    select
        'charts_coded.standard_minutes' as definition_id, staff_id, complexity, setting, worked_on,
        expected_min as numerator, productive_h * 60 as denominator
    from sums
)

select
    definition_id,  -- which definition: charts per hour, or standard minutes earned
    staff_id,  -- coder
    'coder' as role,  -- role held that day
    complexity,  -- low, medium or high
    setting,  -- professional, outpatient or inpatient; unknown where the hours belong to no chart
    cast(numerator as decimal(18, 4)) as numerator,  -- charts finished, or their expected minutes
    cast(denominator as decimal(18, 4)) as denominator,  -- productive hours, or productive minutes
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- charts per hour, or share; null without time
    worked_on as measured_on  -- day of the shift
from both_definitions
