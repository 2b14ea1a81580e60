-- One row per definition, clinician, family of visits and day: the levels that were billed, as a screen only. It cannot tell
-- undercoding from an easy panel; only an audit can (measures.undercoding).
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, em_family, measured_on
-- slice: measured_on
-- restated by: ledger.services.service_date
-- restated by: ledger.provider_periods
with days as (
    select provider_npi, em_family, em_level, service_date, sum(units) as units
    from ledger.services
    where service_date between $from and $to and em_family is not null
    group by provider_npi, em_family, em_level, service_date
),

days_and_who as (
    select
        d.provider_npi, d.em_family, d.em_level, d.service_date, d.units, coalesce(p.clinician_type, 'unknown') as clinician_type,
        coalesce(p.specialty, 'unknown') as specialty, coalesce(p.setting, 'unknown') as setting
    from days as d
    left join ledger.provider_periods as p
        on p.provider_npi = d.provider_npi and d.service_date >= p.valid_from
        and (p.valid_to is null or d.service_date <= p.valid_to)
),

variants as (
    select
        'em_mean_level.screen' as definition_id, provider_npi, clinician_type, specialty, setting, em_family, service_date,
        em_level * units as numerator, units as denominator
    from days_and_who
    union all
    select
        'em_high_level_share.screen' as definition_id, provider_npi, clinician_type, specialty, setting, em_family, service_date,
        case when em_level >= 4 then units else 0 end as numerator, units as denominator
    from days_and_who
    where em_family in ('office_new', 'office_established')
),

sums as (
    select
        definition_id, provider_npi, clinician_type, specialty, setting, em_family, service_date, sum(numerator) as numerator,
        sum(denominator) as denominator
    from variants
    group by definition_id, provider_npi, clinician_type, specialty, setting, em_family, service_date
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on that day
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    em_family,  -- family of visits
    cast(numerator as decimal(18, 4)) as numerator,  -- levels added up, or visits of level four and five
    cast(denominator as decimal(18, 4)) as denominator,  -- visits
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- mean level, or share
    service_date as measured_on  -- day of service
from sums
