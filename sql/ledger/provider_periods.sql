-- One row per clinician and period that does not overlap the next: type, specialty, setting and FTE on each day.
-- A period ends where the clinician's next one begins.
-- grain: provider_npi, valid_from
-- slice: all
-- restated by: intake.providers
with latest_delivery_of_each_period as (
    select provider_npi, clinician_type, specialty, setting, fte, clinical_fte, yearly_cost, valid_from, valid_to
    from intake.providers
    qualify row_number() over (
        partition by provider_npi, valid_from order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

periods_that_do_not_overlap as (
    select
        provider_npi, clinician_type, specialty, setting, fte, clinical_fte, yearly_cost, valid_from,
        least(
            valid_to,
            cast(lead(valid_from) over (partition by provider_npi order by valid_from) - interval '1 day' as date)
        ) as last_day
    from latest_delivery_of_each_period
)

select
    provider_npi,  -- clinician
    clinician_type,  -- physician, aprn, pa, social_worker, chaplain or other
    coalesce(specialty, 'unknown') as specialty,  -- specialty; unknown where none was given
    coalesce(setting, 'unknown') as setting,  -- inpatient, clinic, home, facility or mixed; unknown where none was given
    fte,  -- full-time equivalent
    coalesce(clinical_fte, fte) as clinical_fte,  -- of that, clinical; the whole where it is not told
    yearly_cost,  -- salary and benefits a year, USD
    valid_from,  -- first day of the period
    last_day as valid_to  -- last day; null while it lasts
from periods_that_do_not_overlap
where last_day is null or last_day >= valid_from
