-- One row per definition, person, role, complexity and day: human touches against the items that they finished, each
-- once per person and day on which that person finished it; what a touch cost; and the share of touches that advanced
-- nothing.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.followups.worked_on
with avoidable as (
    select touch_id
    from ledger.followups
    where worked_on between $from and $to and is_avoidable
),

work_of_each_person_and_day as (
    select
        t.staff_id, t.role, t.complexity, t.worked_on,
        count(*) filter (where t.is_touch) as n_touches,
        count(*) filter (where t.is_touch or t.is_repeat) as n_strokes,
        count(*) filter (where t.is_repeat or a.touch_id is not null) as n_avoidable,
        count(*) filter (where t.is_touch and t.labour_cost is not null) as n_costed,
        sum(t.labour_cost) as labour_cost,
        count(distinct t.item_type || ':' || t.item_id) filter (where t.is_completed) as n_completed
    from ledger.touches as t
    left join avoidable as a on a.touch_id = t.touch_id
    where t.worked_on between $from and $to
    group by t.staff_id, t.role, t.complexity, t.worked_on
),

measures as (
    select
        'touches_per_finish' as definition_id, staff_id, role, complexity, worked_on,
        n_touches as numerator, n_completed as denominator
    from work_of_each_person_and_day
    union all
    select
        'cost_per_touch' as definition_id, staff_id, role, complexity, worked_on,
        labour_cost as numerator, n_costed as denominator
    from work_of_each_person_and_day
    where labour_cost is not null
    union all
    select
        'avoidable_touch_share' as definition_id, staff_id, role, complexity, worked_on,
        n_avoidable as numerator, n_strokes as denominator
    from work_of_each_person_and_day
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the items
    cast(numerator as decimal(18, 4)) as numerator,  -- touches, dollars of labour, or touches that advanced nothing
    cast(denominator as decimal(18, 4)) as denominator,  -- items finished, touches, or touches and their repeats
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- ratio; null where there is nothing to divide by
    worked_on as measured_on  -- day of the work
from measures
