-- One row per definition, person, role, complexity and day: signs that work was counted rather than done. Quick repeats are
-- entries that repeat one's own touch of the item within touch_gap_min; a misclassified denial is one whose root
-- cause the auditor changed. Signs are questions to ask, shown to the person and in aggregates of teams, never a penalty.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.audited_work.worked_on
with signs as (
    select
        'gaming_flags.quick_repeats' as definition_id, staff_id, role, complexity, worked_on,
        count(*) filter (where is_repeat) as numerator,
        count(*) as denominator
    from ledger.touches
    where worked_on between $from and $to and (is_touch or is_repeat)
    group by staff_id, role, complexity, worked_on
    union all
    select
        'gaming_flags.misclassified' as definition_id, staff_id, role, complexity, worked_on,
        sum(n_units - n_right) as numerator,
        sum(n_units) as denominator
    from ledger.audited_work
    where worked_on between $from and $to and item_type = 'denial' and staff_id is not null and role is not null
    group by staff_id, role, complexity, worked_on
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the items
    cast(numerator as decimal(18, 4)) as numerator,  -- repeated entries, or root causes that the auditor changed
    cast(denominator as decimal(18, 4)) as denominator,  -- entries with a disposition, or root causes audited
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share; null where nothing was entered or audited
    worked_on as measured_on  -- day of the work
from signs
