-- One row per definition, clinician, setting, contract and day: of the visits that were done and documented, those that can be
-- billed. More is better only where the payer pays by the service, so fee-for-service stands by itself.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, contract_id, model, measured_on
-- slice: all
-- restated by: ledger.visits
-- restated by: ledger.provider_periods
-- restated by: ledger.claim_models
with documented_visits as (
    select
        v.encounter_id, v.provider_npi, v.setting, v.visit_date, v.is_billable,
        coalesce(p.clinician_type, 'unknown') as clinician_type, coalesce(p.specialty, 'unknown') as specialty
    from ledger.visits as v
    left join ledger.provider_periods as p
        on p.provider_npi = v.provider_npi and v.visit_date >= p.valid_from
        and (p.valid_to is null or v.visit_date <= p.valid_to)
    where v.status = 'completed' and v.documented_at is not null
),

sums as (
    select
        v.provider_npi, v.clinician_type, v.specialty, v.setting, m.contract_id, m.model, v.visit_date,
        count(*) filter (where v.is_billable) as n_billable, count(*) as n_documented
    from documented_visits as v
    inner join ledger.claim_models as m on m.kind = 'encounter' and m.item_id = v.encounter_id
    group by v.provider_npi, v.clinician_type, v.specialty, v.setting, m.contract_id, m.model, v.visit_date
),

variants as (
    select
        'billable_encounter_rate.fee_for_service' as definition_id, provider_npi, clinician_type, specialty, setting, contract_id, model,
        visit_date, n_billable as numerator, n_documented as denominator
    from sums
    where model in ('fee_for_service', 'fee_for_service+value_based')
    union all
    select
        'billable_encounter_rate.all_models' as definition_id, provider_npi, clinician_type, specialty, setting, contract_id, model,
        visit_date, n_billable as numerator, n_documented as denominator
    from sums
)

select
    definition_id,  -- which definition: fee-for-service, where more is better, or all models
    provider_npi,  -- clinician
    clinician_type,  -- physician, aprn, pa and so on; unknown where the roster does not say
    specialty,  -- specialty; unknown where the roster does not say
    setting,  -- of the visit: inpatient, clinic, home, facility or telehealth; unknown where not told
    contract_id,  -- contract of the visit's payer
    model,  -- payment model, as in ledger.payer_models
    cast(numerator as decimal(18, 4)) as numerator,  -- documented visits that can be billed
    cast(denominator as decimal(18, 4)) as denominator,  -- documented visits
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    visit_date as measured_on  -- day of the visit
from variants
