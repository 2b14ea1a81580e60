-- One row per measure that has a band beside output, person, role, complexity and day: the frame that companion bands read.
-- Days on which a person finished nothing keep their numerator: it counts as soon as something is finished.
-- grain: definition_id, staff_id, role, complexity, work_date
-- slice: work_date
-- restated by: measures.touches.measured_on
-- restated by: measures.handling_time.measured_on
-- restated by: measures.rework.measured_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with measured as (
    select definition_id, staff_id, role, complexity, numerator, denominator, measured_on
    from measures.touches
    where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, measured_on
    from measures.handling_time
    where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, measured_on
    from measures.rework
    where measured_on between $from and $to
),

sums_of_each_person_and_day as (
    select
        definition_id, staff_id, role, complexity, measured_on,
        sum(numerator) as numerator, sum(denominator) as denominator
    from measured
    where numerator is not null and denominator is not null
    group by definition_id, staff_id, role, complexity, measured_on
)

select
    m.definition_id,  -- definition of the measure
    m.staff_id,  -- person, as a pseudonym
    m.role,  -- billing role held that day
    m.complexity,  -- low, medium or high
    cast(
        case when m.measured_on < r.role_start then 0 else date_diff('day', r.role_start, m.measured_on) end as bigint
    ) as tenure_days,  -- days in the role; null if the roster does not know
    cast(m.numerator as double) as numerator,  -- in the unit of the definition
    cast(m.denominator as double) as denominator,  -- in the unit of the definition
    m.measured_on as work_date  -- day of the work
from sums_of_each_person_and_day as m
left join ledger.staff_roles as r
    on r.staff_id = m.staff_id and r.role = m.role and m.measured_on >= r.valid_from
    and (r.valid_to is null or m.measured_on <= r.valid_to)
