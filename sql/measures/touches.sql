-- One row per person, role, complexity and day: human touches, and the items that they finished,
-- each once per person and day on which that person finished it.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on
with work_of_each_person_and_day as (
    select
        staff_id, role, complexity, worked_on,
        count(*) as numerator,
        count(distinct item_type || ':' || item_id) filter (where is_completed) as n_completed
    from ledger.touches
    where worked_on between $from and $to
    group by staff_id, role, complexity, worked_on
)

select
    'touches_per_account' as definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the items
    cast(numerator as decimal(18, 4)) as numerator,  -- human touches
    cast(n_completed as decimal(18, 4)) as denominator,  -- items finished, once per person and day
    cast(numerator as double) / nullif(n_completed, 0) as value,  -- touches per finish; null where nothing was finished
    worked_on as measured_on  -- day of the work
from work_of_each_person_and_day
