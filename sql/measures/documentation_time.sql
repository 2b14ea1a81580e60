-- One row per definition, person, role, complexity and day: minutes spent on documentation (clarifying, querying,
-- noting, attaching, obtaining records), per item documented and as a share of productive time. Time under incidents is
-- in neither. The share exists on days with a shift.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.item_hours.worked_on
with documentation_of_each_day as (
    select
        staff_id, role, complexity, worked_on,
        sum(active_s - friction_s) / 60.0 as minutes,
        count(distinct item_type || ':' || item_id) as n_items
    from ledger.touches
    where
        worked_on between $from and $to
        and action_code in ('clarify', 'query', 'note', 'attach', 'obtain_records')
    group by staff_id, role, complexity, worked_on
),

productive_time_of_each_day as (
    select staff_id, role, complexity, worked_on, sum(productive_h) * 60 as minutes
    from ledger.item_hours
    where worked_on between $from and $to
    group by staff_id, role, complexity, worked_on
),

measures as (
    select
        'documentation_time.per_item' as definition_id, staff_id, role, complexity, worked_on,
        minutes as numerator, cast(n_items as decimal(18, 4)) as denominator
    from documentation_of_each_day
    union all
    select
        'documentation_time.share' as definition_id, p.staff_id, p.role, p.complexity, p.worked_on,
        coalesce(d.minutes, 0) as numerator, cast(p.minutes as decimal(18, 4)) as denominator
    from productive_time_of_each_day as p
    left join documentation_of_each_day as d
        on d.staff_id = p.staff_id and d.role = p.role and d.complexity = p.complexity and d.worked_on = p.worked_on
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the items; hours without any item stand under medium
    cast(numerator as decimal(18, 4)) as numerator,  -- active minutes of documentation outside incidents
    denominator,  -- items documented, once per person and day; or productive minutes
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- minutes per item, or share
    worked_on as measured_on  -- day of the work
from measures
