-- One row per definition, coder, day and who assigned the charts: how many of the finished charts were of low, medium and
-- high complexity, and the standard minutes that they are expected to take. The rows are about the mix of complexities, so
-- that complexity itself is 'all'.
-- grain: definition_id, staff_id, role, complexity, assigned_by, measured_on
-- slice: measured_on
-- restated by: ledger.charts.coded_on
-- restated by: ledger.parameters
with standard_minutes as (
    select replace(name, 'expected_min_', '') as complexity, value as expected_min
    from ledger.parameters
    where name in ('expected_min_low', 'expected_min_medium', 'expected_min_high')
),

charts_finished as (
    select
        c.coder_id, c.assigned_by, c.coded_on,
        count(*) as n_charts,
        count(*) filter (where c.complexity = 'low') as n_low,
        count(*) filter (where c.complexity = 'medium') as n_medium,
        count(*) filter (where c.complexity = 'high') as n_high,
        sum(m.expected_min) as expected_min
    from ledger.charts as c
    inner join standard_minutes as m on m.complexity = c.complexity
    where c.coded_on between $from and $to
    group by c.coder_id, c.assigned_by, c.coded_on
),

all_definitions as (
    select 'complexity_mix.low' as definition_id, coder_id, assigned_by, coded_on, n_low as numerator, n_charts
    from charts_finished
    union all
    select 'complexity_mix.medium' as definition_id, coder_id, assigned_by, coded_on, n_medium as numerator, n_charts
    from charts_finished
    union all
    select 'complexity_mix.high' as definition_id, coder_id, assigned_by, coded_on, n_high as numerator, n_charts
    from charts_finished
    union all
    select
        'complexity_mix.expected_minutes' as definition_id, coder_id, assigned_by, coded_on,
        expected_min as numerator, n_charts
    from charts_finished
)

select
    definition_id,  -- which definition: share of low, medium or high charts, or mean expected minutes
    coder_id as staff_id,  -- coder
    'coder' as role,  -- role that coding is
    'all' as complexity,  -- the row holds charts of every complexity
    assigned_by,  -- who assigned them: queue, lead or self; unknown
    cast(numerator as decimal(18, 4)) as numerator,  -- charts of the complexity, or expected minutes
    cast(n_charts as decimal(18, 4)) as denominator,  -- charts finished
    cast(numerator as double) / nullif(n_charts, 0) as value,  -- share, or minutes per chart
    coded_on as measured_on  -- day on which coding was final
from all_definitions
