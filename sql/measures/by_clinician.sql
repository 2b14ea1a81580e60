-- One row per definition, clinician and day: every additive measure of clinicians in one shape, further dimensions summed away. What is
-- added up by specialty, type and setting reads this table; it names persons and is never published.
-- A withheld row adds nothing to the numbers and all of its cohort, so that every sum of rows knows how much has matured.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: measured_on
-- restated by: measures.billable_encounters.measured_on
-- restated by: measures.clinician_time.measured_on
-- restated by: measures.collections_per_wrvu.measured_on
-- restated by: measures.em_level_mix.measured_on
-- restated by: measures.encounters.measured_on
-- restated by: measures.fill_rate.measured_on
-- restated by: measures.missed_billing.measured_on
-- restated by: measures.undercoding.measured_on
-- restated by: measures.wrvu.measured_on
with parts as (
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.clinician_time where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.collections_per_wrvu where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.em_level_mix where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.encounters where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.fill_rate where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.undercoding where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.wrvu where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, null as n_cohort, null as n_matured,
        measured_on
    from measures.billable_encounters where measured_on between $from and $to
    union all
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.missed_billing where measured_on between $from and $to
),

sums as (
    select
        definition_id, provider_npi, clinician_type, specialty, setting, measured_on, sum(numerator) as numerator,
        sum(denominator) as denominator, sum(n_cohort) as n_cohort, sum(n_matured) as n_matured
    from parts
    group by definition_id, provider_npi, clinician_type, specialty, setting, measured_on
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on that day
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(numerator as decimal(18, 4)) as numerator,  -- sum of the numerators, in the unit of the definition; null where withheld
    cast(denominator as decimal(18, 4)) as denominator,  -- sum of the denominators, in the unit of the definition; null where withheld
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- numerator over denominator; null without one
    cast(n_cohort as decimal(18, 4)) as n_cohort,  -- cases of the cohort; null where the definition has none
    cast(n_matured as decimal(18, 4)) as n_matured,  -- of those, cases that have matured
    measured_on  -- day that the measure belongs to
from sums
