-- One row per person, role and working day: days in the role, and the stage of experience in which the bands put them.
-- The days are those that calibration reads, so that a stage here and a stage there are the same.
-- grain: definition_id, staff_id, role, measured_on
-- slice: measured_on
-- restated by: measures.production.work_date
with people_and_days as (
    select worker_id, role, work_date, max(tenure_days) as tenure_days
    from measures.production
    where work_date between $from and $to and source = 'log'
    group by worker_id, role, work_date
)

select
    'experience.days_in_role' as definition_id,  -- which definition
    worker_id as staff_id,  -- person
    role,  -- billing role held that day
    cast(null as varchar) as complexity,  -- experience has none
    case
        when tenure_days is null then 'unknown'
        when tenure_days <= 90 then '0-90'
        when tenure_days <= 180 then '91-180'
        when tenure_days <= 365 then '181-365'
        else '366+'
    end as stage,  -- stage of experience: 0-90, 91-180, 181-365 or 366+ days in the role; unknown if the roster does not say
    cast(tenure_days as decimal(18, 4)) as numerator,  -- days in the role; null if the roster does not say
    cast(case when tenure_days is not null then 1 end as decimal(18, 4)) as denominator,  -- the working day
    cast(tenure_days as double) as value,  -- days in the role
    work_date as measured_on  -- working day
from people_and_days
