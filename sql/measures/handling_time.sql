-- One row per definition, person, role, complexity and day: minutes of handling, and the items that the person finished,
-- each once per person and day on which that person finished it; and what was taken off the time between opening and
-- closing items to get there.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on
with work_of_each_person_and_day as (
    select
        staff_id, role, complexity, worked_on,
        sum(handled_s) / 60.0 as handled_min,
        sum(span_s) / 60.0 as span_min,
        sum(span_s - active_s) / 60.0 as idle_min,
        sum(friction_s) / 60.0 as friction_min,
        sum(active_s - friction_s - handled_s) / 60.0 as over_cap_min,
        count(distinct item_type || ':' || item_id) filter (where is_completed) as n_completed
    from ledger.touches
    where worked_on between $from and $to
    group by staff_id, role, complexity, worked_on
),

measures as (
    select
        'active_handling_time' as definition_id, staff_id, role, complexity, worked_on,
        handled_min as numerator, n_completed as denominator
    from work_of_each_person_and_day
    union all
    select
        'handling_removed.idle' as definition_id, staff_id, role, complexity, worked_on,
        idle_min as numerator, span_min as denominator
    from work_of_each_person_and_day
    union all
    select
        'handling_removed.friction' as definition_id, staff_id, role, complexity, worked_on,
        friction_min as numerator, span_min as denominator
    from work_of_each_person_and_day
    union all
    select
        'handling_removed.over_cap' as definition_id, staff_id, role, complexity, worked_on,
        over_cap_min as numerator, span_min as denominator
    from work_of_each_person_and_day
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the items
    cast(numerator as decimal(18, 4)) as numerator,  -- minutes of handling, or minutes taken off
    cast(denominator as decimal(18, 4)) as denominator,  -- items finished, once per person and day; or minutes between opening and closing
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- minutes per finish, or share; null where there is nothing to divide by
    worked_on as measured_on  -- day of the work
from measures
