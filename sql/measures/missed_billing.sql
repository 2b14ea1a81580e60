-- One row per definition, clinician, contract and month: documented services that no claim bills, of those that could be
-- billed, for payers who pay by the service. A service of the visit is looked for on claims of the visit, and of the person on
-- that day; a month's service once per person and month, transitional care until 30 days after the visit.
-- Services younger than the days within which they are billed as a rule are left out, and a month is withheld until enough of
-- its services are past that.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, contract_id, model, measured_on
-- slice: all
-- restated by: ledger.visits
-- restated by: ledger.provider_periods
-- restated by: intake.claim_lines
-- restated by: intake.claims
-- restated by: intake.charge_entries
-- restated by: ledger.claim_models
-- restated by: ledger.service_codes
-- restated by: ledger.parameters
with parameters as (
    select
        max(case when name = 'missed_billing_days' then value end) as wait_days,
        max(case when name = 'matured_share' then value end) as wanted_share
    from ledger.parameters
),

last_day as (
    select max(event_date) as day
    from intake.claims
),

services_of_tags as (
    select distinct tag, billed_per
    from ledger.service_codes
),

documented_services as (
    select
        v.encounter_id, v.provider_npi, coalesce(p.clinician_type, 'unknown') as clinician_type,
        coalesce(p.specialty, 'unknown') as specialty, v.setting, v.person_key, v.visit_date, t.tag, t.billed_per, m.contract_id, m.model,
        cast(date_trunc('month', v.visit_date) as date) as month
    from ledger.visits as v
    inner join services_of_tags as t on ':' || v.tags || ':' like '%:' || t.tag || ':%'
    inner join ledger.claim_models as m on m.kind = 'encounter' and m.item_id = v.encounter_id
    left join ledger.provider_periods as p
        on p.provider_npi = v.provider_npi and v.visit_date >= p.valid_from
        and (p.valid_to is null or v.visit_date <= p.valid_to)
    where
        v.status = 'completed' and v.documented_at is not null
        and m.model in ('fee_for_service', 'fee_for_service+value_based')
    qualify row_number() over (
        partition by v.person_key, t.tag, case when t.billed_per = 'month' then 'month' else v.encounter_id end,
            date_trunc('month', v.visit_date)
        order by v.visit_date desc, v.encounter_id desc
    ) = 1
),

claims_taken_back as (
    select distinct pcn
    from intake.claims
    where frequency_code = '8'
),

lines_that_bill_a_service as (
    select l.submission_id, l.pcn, c.tag, coalesce(l.service_from, s.service_from) as service_on, s.member_key
    from intake.claim_lines as l
    inner join intake.claims as s on s.submission_id = l.submission_id
    inner join ledger.service_codes as c
        on c.procedure_code = l.procedure_code and not c.is_add_on
        and coalesce(l.service_from, s.service_from) >= c.effective_from
        and (c.effective_to is null or coalesce(l.service_from, s.service_from) <= c.effective_to)
    where not exists (
        select 1
        from claims_taken_back as v
        where v.pcn = l.pcn
    )
),

claims_of_each_visit as (
    select distinct encounter_id, pcn
    from intake.charge_entries
),

billed_by_the_claim_of_the_visit as (
    select distinct c.encounter_id, l.tag
    from claims_of_each_visit as c
    inner join lines_that_bill_a_service as l on l.pcn = c.pcn
),

billed_for_the_person as (
    select distinct d.encounter_id, d.tag
    from documented_services as d
    inner join lines_that_bill_a_service as l on l.member_key = d.person_key and l.tag = d.tag
    where
        (d.billed_per = 'visit' and l.service_on = d.visit_date)
        or (d.billed_per = 'month' and date_trunc('month', l.service_on) = d.month)
        or (d.billed_per = '30_days' and date_diff('day', d.visit_date, l.service_on) between 0 and 30)
),

services_and_whether_they_were_billed as (
    select
        d.provider_npi, d.clinician_type, d.specialty, d.setting, d.contract_id, d.model, d.tag, d.month,
        v.encounter_id is not null or p.encounter_id is not null as is_billed,
        coalesce(
            date_diff(
                'day',
                case when d.billed_per = 'month' then cast(d.month + interval '1 month' as date) else d.visit_date end,
                l.day
            ) >= w.wait_days + case when d.billed_per = '30_days' then 30 else 0 end,
            false
        ) as is_matured
    from documented_services as d
    cross join last_day as l
    cross join parameters as w
    left join billed_by_the_claim_of_the_visit as v on v.encounter_id = d.encounter_id and v.tag = d.tag
    left join billed_for_the_person as p on p.encounter_id = d.encounter_id and p.tag = d.tag
),

months as (
    select
        provider_npi, clinician_type, specialty, setting, contract_id, model, tag, month, count(*) as n_cohort, count(*) filter (where is_matured) as n_matured,
        count(*) filter (where is_matured and not is_billed) as n_missed
    from services_and_whether_they_were_billed
    group by provider_npi, clinician_type, specialty, setting, contract_id, model, tag, month
),

variants as (
    select
        'missed_billing.advance_care_planning' as definition_id, provider_npi, clinician_type, specialty, setting,
        contract_id, model, month, n_cohort, n_matured, n_missed
    from months
    where tag = 'acp'
    union all
    select
        'missed_billing.chronic_care' as definition_id, provider_npi, clinician_type, specialty, setting,
        contract_id, model, month, n_cohort, n_matured, n_missed
    from months
    where tag = 'ccm'
    union all
    select
        'missed_billing.complex_chronic_care' as definition_id, provider_npi, clinician_type, specialty, setting,
        contract_id, model, month, n_cohort, n_matured, n_missed
    from months
    where tag = 'complex_ccm'
    union all
    select
        'missed_billing.transitional_care' as definition_id, provider_npi, clinician_type, specialty, setting,
        contract_id, model, month, n_cohort, n_matured, n_missed
    from months
    where tag = 'tcm'
),

variants_shown_or_withheld as (
    select
        v.definition_id, v.provider_npi, v.clinician_type, v.specialty, v.setting, v.contract_id, v.model, v.month, v.n_cohort, v.n_matured, v.n_missed,
        v.n_matured >= p.wanted_share * v.n_cohort as is_shown
    from variants as v
    cross join parameters as p
)

select
    definition_id,  -- which service
    provider_npi,  -- clinician who documented it
    clinician_type,  -- physician, aprn, pa and so on; unknown where the roster does not say
    specialty,  -- specialty; unknown where the roster does not say
    setting,  -- of the visit: inpatient, clinic, home, facility or telehealth; unknown where not told
    contract_id,  -- contract of the visit's payer
    model,  -- payment model, as in ledger.payer_models: those that pay by the service
    cast(case when is_shown then n_missed end as decimal(18, 4)) as numerator,  -- documented services that no claim bills; null while withheld
    cast(case when is_shown then n_matured end as decimal(18, 4)) as denominator,  -- documented services; null while withheld
    case when is_shown then cast(n_missed as double) / nullif(cast(n_matured as double), 0) end as value,  -- share
    n_cohort,  -- documented services of the month, those too young among them
    cast(n_matured as double) / nullif(cast(n_cohort as double), 0) as matured_share,  -- share of them old enough
    case when not is_shown then 'immature' end as reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month of the visits
from variants_shown_or_withheld
