-- One row per definition, person and shift day: where the paid time went. The four shares add up to one exactly; waiting
-- is told by what was waited for as well; and the minutes of the shift under an incident are told per shift.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.staff_days.work_date
with shifts as (
    select
        staff_id, role, work_date, paid_min, friction_min, worked_min, waiting_payer_min, waiting_provider_min, waiting_system_min,
        paid_min - productive_min as lost_min,
        waiting_payer_min + waiting_provider_min + waiting_system_min as waiting_min,
        productive_min - worked_min - waiting_payer_min - waiting_provider_min - waiting_system_min as idle_min
    from ledger.staff_days
    where work_date between $from and $to and paid_min > 0
),

measures as (
    select 'time_share.active' as definition_id, staff_id, role, work_date, worked_min as numerator, paid_min as denominator
    from shifts
    union all
    select 'time_share.waiting' as definition_id, staff_id, role, work_date, waiting_min as numerator, paid_min as denominator
    from shifts
    union all
    select 'time_share.idle' as definition_id, staff_id, role, work_date, idle_min as numerator, paid_min as denominator
    from shifts
    union all
    select 'time_share.friction' as definition_id, staff_id, role, work_date, lost_min as numerator, paid_min as denominator
    from shifts
    union all
    select 'waiting_share.payer' as definition_id, staff_id, role, work_date, waiting_payer_min as numerator, paid_min as denominator
    from shifts
    union all
    select
        'waiting_share.provider' as definition_id, staff_id, role, work_date,
        waiting_provider_min as numerator, paid_min as denominator
    from shifts
    union all
    select
        'waiting_share.system' as definition_id, staff_id, role, work_date, waiting_system_min as numerator, paid_min as denominator
    from shifts
    union all
    select 'friction_minutes.per_shift' as definition_id, staff_id, role, work_date, friction_min as numerator, 1 as denominator
    from shifts
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    'all' as complexity,  -- all: the time is not told apart by item
    cast(numerator as decimal(18, 4)) as numerator,  -- minutes
    cast(denominator as decimal(18, 4)) as denominator,  -- paid minutes, or 1 for the shift
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share of paid time, or minutes per shift
    work_date as measured_on  -- day of the shift
from measures
