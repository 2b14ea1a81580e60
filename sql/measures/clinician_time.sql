-- One row per definition, clinician and day of which a time study or a tracker tells: minutes of work that nobody bills for and
-- minutes of desk work, over the clinical minutes scheduled that day. Days that were not studied are in neither number.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: measured_on
-- restated by: intake.provider_time.event_date
-- restated by: ledger.clinician_days.work_date
with latest_delivery_of_each_stretch as (
    select provider_npi, category, minutes, event_date
    from intake.provider_time
    where event_date between $from and $to
    qualify row_number() over (
        partition by provider_npi, started_at, category order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

minutes_of_each_day as (
    select
        provider_npi, event_date,
        coalesce(sum(minutes) filter (where category in ('family_meeting', 'advance_care_planning', 'teaching')), 0) as indirect,
        coalesce(sum(minutes) filter (where category = 'documentation'), 0) as documentation,
        coalesce(sum(minutes) filter (where category = 'inbox'), 0) as inbox,
        coalesce(sum(minutes) filter (where category = 'refills'), 0) as refills,
        coalesce(sum(minutes) filter (where category = 'prior_authorisation'), 0) as prior_authorisation
    from latest_delivery_of_each_stretch
    group by provider_npi, event_date
),

studied_days as (
    select
        d.provider_npi, d.clinician_type, d.specialty, d.setting, m.indirect, m.documentation, m.inbox, m.refills,
        m.prior_authorisation, d.clinical_min, d.work_date
    from ledger.clinician_days as d
    inner join minutes_of_each_day as m on m.provider_npi = d.provider_npi and m.event_date = d.work_date
    where d.work_date between $from and $to and d.clinical_min is not null
),

variants as (
    select
        'indirect_share.all' as definition_id, provider_npi, clinician_type, specialty, setting, indirect as numerator,
        clinical_min as denominator, work_date
    from studied_days
    union all
    select
        'nonclinical_drag.all' as definition_id, provider_npi, clinician_type, specialty, setting,
        documentation + inbox + refills + prior_authorisation as numerator, clinical_min as denominator, work_date
    from studied_days
    union all
    select
        'nonclinical_drag.documentation' as definition_id, provider_npi, clinician_type, specialty, setting,
        documentation as numerator, clinical_min as denominator, work_date
    from studied_days
    union all
    select
        'nonclinical_drag.inbox' as definition_id, provider_npi, clinician_type, specialty, setting, inbox as numerator,
        clinical_min as denominator, work_date
    from studied_days
    union all
    select
        'nonclinical_drag.refills' as definition_id, provider_npi, clinician_type, specialty, setting, refills as numerator,
        clinical_min as denominator, work_date
    from studied_days
    union all
    select
        'nonclinical_drag.prior_authorisation' as definition_id, provider_npi, clinician_type, specialty, setting,
        prior_authorisation as numerator, clinical_min as denominator, work_date
    from studied_days
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on that day
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(numerator as decimal(18, 4)) as numerator,  -- minutes of that kind of work
    cast(denominator as decimal(18, 4)) as denominator,  -- clinical minutes scheduled that day
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share; null without clinical minutes
    work_date as measured_on  -- day
from variants
