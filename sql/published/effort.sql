-- One row per month, role, complexity and definition: what the work took, never per person.
-- A cell to which fewer than five people contributed shows no numbers. Where it is the only hidden complexity of its
-- role and month, the smallest other one is hidden with it, so that a total known elsewhere gives nothing away.
-- grain: definition_id, month, role, complexity
-- slice: all
-- restated by: measures.touches
-- restated by: measures.rework
-- restated by: measures.handling_time
with parts as (
    select definition_id, measured_on, staff_id, role, complexity, numerator, denominator from measures.touches
    union all
    select definition_id, measured_on, staff_id, role, complexity, numerator, denominator from measures.rework
    union all
    select definition_id, measured_on, staff_id, role, complexity, numerator, denominator from measures.handling_time
),

cells as (
    select
        definition_id,
        cast(date_trunc('month', measured_on) as date) as month,
        coalesce(role, 'unknown') as role,
        coalesce(complexity, 'unknown') as complexity,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        count(distinct case when numerator <> 0 or denominator <> 0 then staff_id end) as people
    from parts
    group by 1, 2, 3, 4
),

ranked as (
    select
        definition_id,
        month,
        role,
        complexity,
        numerator,
        denominator,
        people,
        sum(case when people < 5 then 1 else 0 end) over (partition by definition_id, month, role) as small_cells,
        row_number() over (
            partition by definition_id, month, role, case when people < 5 then 1 else 0 end
            order by people, denominator, complexity
        ) as place
    from cells
),

judged as (
    select
        definition_id,
        month,
        role,
        complexity,
        numerator,
        denominator,
        people,
        case
            when people < 5 then 'fewer than 5 contributors'
            when small_cells = 1 and place = 1 then 'hidden beside a cell with fewer than 5 contributors'
        end as hidden
    from ranked
)

select
    definition_id as definition_id,  -- definition of the metric
    month as month,  -- first day of the month
    role as role,  -- billing role; 'unknown' where the roster names none
    complexity as complexity,  -- low, medium or high; 'unknown' where the work has none
    case when hidden is null then numerator end as numerator,  -- sum of the numerators, in the unit of the definition
    case when hidden is null then denominator end as denominator,  -- sum of the denominators, in the unit of the definition
    case when hidden is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- numerator over denominator, null where hidden or 0
    case
        when people < 5 then '<5'
        when people <= 10 then '5-10'
        when people <= 20 then '11-20'
        else '>20'
    end as contributors,  -- class of the number of people: <5, 5-10, 11-20, >20
    coalesce(hidden, case when coalesce(denominator, 0) = 0 then 'nothing to divide by' end) as reason  -- why there is no value; null where there is one
from judged
