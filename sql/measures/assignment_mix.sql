-- One row per definition, person, role, complexity, assigner and day: how much of the work given to a person was of
-- which complexity, and how much of it the pool of the same role and day would have given. Every definition has rows of
-- one complexity only, the one that it asks about, so that rows add up over everything but the definition.
-- grain: definition_id, staff_id, role, complexity, assigned_by, measured_on
-- slice: measured_on
-- restated by: ledger.assigned_work.assigned_on
with given as (
    select staff_id, role, assigned_by, complexity, assigned_on
    from ledger.assigned_work
    where assigned_on between $from and $to and role <> 'unknown'
),

people as (
    select
        staff_id, role, assigned_by, assigned_on, count(*) as n,
        count(*) filter (where complexity = 'low') as n_low,
        count(*) filter (where complexity = 'medium') as n_medium,
        count(*) filter (where complexity = 'high') as n_high
    from given
    group by staff_id, role, assigned_by, assigned_on
),

people_beside_the_pool as (
    select
        staff_id, role, assigned_by, assigned_on, n, n_low, n_medium, n_high,
        sum(n) over (partition by role, assigned_on) as pool,
        sum(n_low) over (partition by role, assigned_on) as pool_low,
        sum(n_medium) over (partition by role, assigned_on) as pool_medium,
        sum(n_high) over (partition by role, assigned_on) as pool_high
    from people
),

mixes as (
    select
        'assignment_mix.low' as definition_id, staff_id, role, 'low' as complexity, assigned_by, assigned_on,
        n_low as numerator, n as denominator, n * pool_low * 1.0 / pool as of_the_pool
    from people_beside_the_pool
    union all
    select
        'assignment_mix.medium' as definition_id, staff_id, role, 'medium' as complexity, assigned_by, assigned_on,
        n_medium as numerator, n as denominator, n * pool_medium * 1.0 / pool as of_the_pool
    from people_beside_the_pool
    union all
    select
        'assignment_mix.high' as definition_id, staff_id, role, 'high' as complexity, assigned_by, assigned_on,
        n_high as numerator, n as denominator, n * pool_high * 1.0 / pool as of_the_pool
    from people_beside_the_pool
    union all
    select
        'assignment_mix.self_assigned' as definition_id, staff_id, role, complexity, assigned_by, assigned_on,
        count(*) filter (where assigned_by = 'self') as numerator, count(*) as denominator, null as of_the_pool
    from given
    where assigned_by <> 'unknown'
    group by staff_id, role, complexity, assigned_by, assigned_on
)

select
    definition_id,  -- which definition
    staff_id,  -- to whom the work was given
    role,  -- billing role held that day
    complexity,  -- complexity that the definition asks about; for self-assigned work that of the work
    assigned_by,  -- queue, lead or self; unknown where nobody says
    cast(numerator as decimal(18, 4)) as numerator,  -- items of that complexity, or items that the person took
    cast(denominator as decimal(18, 4)) as denominator,  -- items given to the person
    cast(of_the_pool as decimal(18, 4)) as of_the_pool,  -- items of that complexity that as many items of the day's pool would hold
    cast(numerator as double) / nullif(denominator, 0) as value,  -- share
    assigned_on as measured_on  -- day of the assignment
from mixes
