-- One row per definition, version, role, person and day in band: whether the day had overtime, and how much of it was needed. A day is in band
-- when its output reaches the daily target of its regular hours: acceptable per friction-free hour, at the day's mix and
-- the person's tenure, times the productive hours without overtime, less the allowance. Overtime was needed as far as the day's
-- pace would have missed that target in the regular hours. For the person's own record; teams are published in aggregate.
-- grain: definition_id, version_id, staff_id, role, measured_on
-- slice: all
-- restated by: bands.attained_days
-- restated by: ledger.staff_days
-- restated by: ledger.parameters
with last_judgement as (
    select version_id, role, worker_id, work_date, hours, asked, output
    from bands.attained_days
    where hours > 0 and asked > 0
    qualify row_number() over (
        partition by version_id, role, worker_id, work_date order by decision_no desc
    ) = 1
),

days as (
    select
        j.version_id, j.role, j.worker_id, j.work_date, j.output,
        cast(d.overtime_min as double) / 60 as overtime_h,
        cast(d.productive_min as double) / 60 as productive_h,
        greatest(0, cast(d.productive_min - d.overtime_min as double) / 60) as regular_h,
        j.asked / j.hours * (1 - (select cast(p.value as double) from ledger.parameters as p where p.name = 'allowance')) as asked_per_h
    from last_judgement as j
    inner join ledger.staff_days as d on d.staff_id = j.worker_id and d.work_date = j.work_date
    where d.productive_min > 0
),

days_in_band as (
    select
        version_id, role, worker_id, work_date, overtime_h,
        greatest(0, least(overtime_h, asked_per_h * regular_h * productive_h / output - regular_h)) as needed_h
    from days
    where output > 0 and regular_h > 0 and output >= asked_per_h * regular_h
),

told as (
    select
        'overtime_in_band.share_of_days' as definition_id, version_id, role, worker_id, work_date, overtime_h, needed_h,
        case when overtime_h > 0 then 1 else 0 end as numerator
    from days_in_band
    union all
    select
        'overtime_in_band.hours_needed' as definition_id, version_id, role, worker_id, work_date, overtime_h, needed_h,
        needed_h as numerator
    from days_in_band
)

select
    definition_id,  -- which definition
    version_id,  -- the version, see bands.versions
    worker_id as staff_id,  -- person
    role,  -- billing role
    overtime_h,  -- overtime hours of the day
    needed_h,  -- of those, hours without which the day would have missed the target at its own pace
    cast(numerator as decimal(18, 4)) as numerator,  -- 1 with overtime, or hours needed
    cast(1 as decimal(18, 4)) as denominator,  -- the day in band
    cast(numerator as double) as value,  -- the same
    work_date as measured_on  -- day in band
from told
