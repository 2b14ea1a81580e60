-- One row per release of the fee schedule, procedure code and modifier: its relative values, and the days of service on which
-- they hold. A release holds from its first day to the day before the next one, and never beyond its calendar year, so that
-- a year without a schedule has no values instead of last year's. Of two releases with one first day (the variant with
-- another conversion factor) the first by name holds. Levels of visits are places in their family, as numbers only.
-- grain: release, procedure_code, modifier
-- slice: all
-- restated by: intake.fee_schedule
with levels_of_visits (procedure_code, em_family, em_level) as (
    values
    ('99202', 'office_new', 2), ('99203', 'office_new', 3), ('99204', 'office_new', 4), ('99205', 'office_new', 5),
    ('99211', 'office_established', 1), ('99212', 'office_established', 2), ('99213', 'office_established', 3),
    ('99214', 'office_established', 4), ('99215', 'office_established', 5),
    ('99221', 'hospital_initial', 1), ('99222', 'hospital_initial', 2), ('99223', 'hospital_initial', 3),
    ('99231', 'hospital_subsequent', 1), ('99232', 'hospital_subsequent', 2), ('99233', 'hospital_subsequent', 3),
    ('99234', 'hospital_same_day', 1), ('99235', 'hospital_same_day', 2), ('99236', 'hospital_same_day', 3),
    ('99242', 'consult_office', 2), ('99243', 'consult_office', 3), ('99244', 'consult_office', 4), ('99245', 'consult_office', 5),
    ('99252', 'consult_hospital', 2), ('99253', 'consult_hospital', 3), ('99254', 'consult_hospital', 4),
    ('99255', 'consult_hospital', 5),
    ('99281', 'emergency', 1), ('99282', 'emergency', 2), ('99283', 'emergency', 3), ('99284', 'emergency', 4),
    ('99285', 'emergency', 5),
    ('99304', 'facility_initial', 1), ('99305', 'facility_initial', 2), ('99306', 'facility_initial', 3),
    ('99307', 'facility_subsequent', 1), ('99308', 'facility_subsequent', 2), ('99309', 'facility_subsequent', 3),
    ('99310', 'facility_subsequent', 4),
    ('99341', 'home_new', 1), ('99342', 'home_new', 2), ('99344', 'home_new', 3), ('99345', 'home_new', 4),
    ('99347', 'home_established', 1), ('99348', 'home_established', 2), ('99349', 'home_established', 3),
    ('99350', 'home_established', 4)
),

latest_delivery_of_each_value as (
    select
        release, schedule_year, procedure_code, coalesce(modifier, '') as modifier, status_code, work_rvu, total_nonfacility, total_facility,
        preoperative_share, intraoperative_share, postoperative_share, multiple_procedure, bilateral, endoscopic_base,
        conversion_factor, effective_from
    from intake.fee_schedule
    qualify row_number() over (
        partition by release, procedure_code, coalesce(modifier, '')
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

releases as (
    select release, max(schedule_year) as schedule_year, min(effective_from) as effective_from
    from latest_delivery_of_each_value
    group by release
),

releases_that_hold as (
    select release, schedule_year, effective_from
    from releases
    qualify row_number() over (partition by effective_from order by release) = 1
),

periods_of_releases as (
    select
        release, schedule_year, effective_from as valid_from,
        least(
            cast(lead(effective_from) over (order by effective_from) - interval '1 day' as date),
            cast(cast(schedule_year as varchar) || '-12-31' as date)
        ) as valid_to
    from releases_that_hold
)

select
    v.release,  -- release of the schedule, such as 2026A
    p.schedule_year,  -- calendar year of the schedule
    v.procedure_code,  -- procedure code
    v.modifier,  -- 26, TC or 53 where the schedule has a row of its own; empty for the code itself
    v.status_code,  -- status of the code in the schedule
    v.work_rvu,  -- work RVU
    coalesce(v.work_rvu <> 0 or v.modifier = 'TC' or v.status_code not in ('C', 'I', 'N', 'R'), true) as is_valued,  -- false where nought stands for what the schedule leaves to payers or does not value
    v.total_nonfacility,  -- total RVU outside facilities
    v.total_facility,  -- total RVU in facilities
    v.preoperative_share,  -- share of the work before the operation
    v.intraoperative_share,  -- share of the operation
    v.postoperative_share,  -- share after the operation
    v.multiple_procedure,  -- multiple procedure indicator
    v.bilateral,  -- bilateral surgery indicator
    v.endoscopic_base,  -- code of the diagnostic endoscopy of the family; null for what is in none
    v.conversion_factor,  -- USD per RVU
    e.em_family,  -- family of visits that the code belongs to; null for everything else
    cast(e.em_level as bigint) as em_level,  -- level within the family, higher is more
    p.valid_from,  -- first day of service on which it holds
    p.valid_to,  -- last day
    row_number() over (
        partition by p.schedule_year, v.procedure_code, v.modifier order by p.valid_from desc
    ) = 1 as is_last_of_year  -- whether it is the year's last value of the code, to which other years are rebased
from latest_delivery_of_each_value as v
inner join periods_of_releases as p on p.release = v.release and p.valid_to >= p.valid_from
left join levels_of_visits as e on e.procedure_code = v.procedure_code
