-- One row per definition, clinician and day: completed visits over worked days and shifts of the work calendar, and work RVU
-- per completed visit on days with visits.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: measured_on
-- restated by: ledger.clinician_days.work_date
with days as (
    select
        provider_npi, clinician_type, specialty, setting, worked_share, shifts, n_visits, n_completed, n_billable, wrvu, work_date
    from ledger.clinician_days
    where work_date between $from and $to
),

variants as (
    select
        'encounters_per_day.all' as definition_id, provider_npi, clinician_type, specialty, setting, n_completed as numerator,
        worked_share as denominator, work_date
    from days
    where worked_share is not null
    union all
    select
        'encounters_per_day.billable' as definition_id, provider_npi, clinician_type, specialty, setting, n_billable as numerator,
        worked_share as denominator, work_date
    from days
    where worked_share is not null
    union all
    select
        'encounters_per_day.not_billable' as definition_id, provider_npi, clinician_type, specialty, setting,
        n_completed - n_billable as numerator, worked_share as denominator, work_date
    from days
    where worked_share is not null
    union all
    select
        'encounters_per_shift.all' as definition_id, provider_npi, clinician_type, specialty, setting, n_completed as numerator,
        shifts as denominator, work_date
    from days
    where shifts > 0
    union all
    select
        'wrvu_per_encounter.all' as definition_id, provider_npi, clinician_type, specialty, setting, wrvu as numerator,
        n_completed as denominator, work_date
    from days
    where n_visits > 0
    union all
    select
        'wrvu_per_encounter.billable' as definition_id, provider_npi, clinician_type, specialty, setting, wrvu as numerator,
        n_billable as denominator, work_date
    from days
    where n_visits > 0
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on that day
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(numerator as decimal(18, 4)) as numerator,  -- completed visits, or work RVU of the day
    cast(denominator as decimal(18, 4)) as denominator,  -- worked share of the day, shifts, or completed visits
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- the one over the other; null without a denominator
    work_date as measured_on  -- day
from variants
