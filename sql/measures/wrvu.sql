-- One row per definition, clinician and day: the clinician's own work in work RVU, all payers alike, over clinical FTE, worked
-- days and shifts, and how much of the work the schedule does not know. Every day between the office's first and last service
-- has its share of a clinician-year, so that any stretch of days gives a yearly rate without being blown up: 30 days rest on 30
-- days. The actual series follows each year's schedule; the rebased one holds one year fixed, so a cut of the schedule
-- (the efficiency adjustment of 2026 took 2.5 percent off most codes that are not time-based) does not look like less work.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: all
-- restated by: ledger.clinician_days
-- restated by: ledger.provider_periods
-- looked up in: ledger.calendar
with span as (
    select min(work_date) as first_day, max(work_date) as last_day
    from ledger.clinician_days
    where n_lines > 0
),

days_of_clinical_fte as (
    select p.provider_npi, p.clinician_type, p.specialty, p.setting, p.clinical_fte, c.day
    from ledger.provider_periods as p
    inner join ledger.calendar as c on c.day >= p.valid_from and (p.valid_to is null or c.day <= p.valid_to)
    inner join span as s on c.day between s.first_day and s.last_day
    where p.clinical_fte is not null
),

years as (
    select
        f.provider_npi, f.clinician_type, f.specialty, f.setting, f.clinical_fte, f.day,
        365 * coalesce(d.wrvu, 0) as wrvu, 365 * coalesce(d.wrvu_rebased, 0) as wrvu_rebased
    from days_of_clinical_fte as f
    left join ledger.clinician_days as d on d.provider_npi = f.provider_npi and d.work_date = f.day
),

variants as (
    select
        'wrvu.actual' as definition_id, provider_npi, clinician_type, specialty, setting, wrvu as numerator,
        clinical_fte as denominator, day as measured_on
    from years
    union all
    select
        'wrvu.rebased' as definition_id, provider_npi, clinician_type, specialty, setting, wrvu_rebased as numerator,
        clinical_fte as denominator, day as measured_on
    from years
    union all
    select
        'wrvu_per_worked_day.actual' as definition_id, provider_npi, clinician_type, specialty, setting, wrvu as numerator,
        worked_share as denominator, work_date as measured_on
    from ledger.clinician_days
    where worked_share is not null
    union all
    select
        'wrvu_per_shift.actual' as definition_id, provider_npi, clinician_type, specialty, setting, wrvu as numerator,
        shifts as denominator, work_date as measured_on
    from ledger.clinician_days
    where shifts > 0
    union all
    select
        'wrvu_unknown_share.lines' as definition_id, provider_npi, clinician_type, specialty, setting, n_unknown as numerator,
        n_lines as denominator, work_date as measured_on
    from ledger.clinician_days
    where n_lines > 0
    union all
    select
        'wrvu_unknown_share.rebased' as definition_id, provider_npi, clinician_type, specialty, setting,
        n_not_rebased as numerator, n_lines - n_unknown as denominator, work_date as measured_on
    from ledger.clinician_days
    where n_lines > 0
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on that day
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(numerator as decimal(18, 4)) as numerator,  -- work RVU, per clinician-year times 365; or lines without a value
    cast(denominator as decimal(18, 4)) as denominator,  -- clinical FTE of the day, worked share of the day, shifts, or lines
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- the one over the other; null without a denominator
    measured_on  -- day
from variants
