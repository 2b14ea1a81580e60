-- One row per clinician, payer and month of service: what was collected for a clinician's claims per work RVU. It differs by payer and
-- says so: who sees more patients of a payer that pays little collects less for the same work. Claims still open and younger
-- than maturity_days are left out, and a month is withheld until enough of its claims are past that.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, payer_id, measured_on
-- slice: all
-- restated by: ledger.services
-- restated by: ledger.claim_money
-- restated by: ledger.provider_periods
-- restated by: ledger.first_pass_days
-- restated by: ledger.parameters
with parameters as (
    select
        max(case when name = 'maturity_days' then value end) as maturity_days,
        max(case when name = 'matured_share' then value end) as wanted_share
    from ledger.parameters
),

last_day as (
    select max(first_submitted_on) as day
    from ledger.first_pass_days
),

-- A claim number used again names two claims but its money is one: it goes to the clinician with the more work.
clinician_of_each_claim as (
    select pcn, provider_npi, sum(coalesce(wrvu, 0)) as wrvu
    from ledger.services
    group by pcn, provider_npi
    qualify row_number() over (partition by pcn order by sum(coalesce(wrvu, 0)) desc, provider_npi) = 1
),

claims_and_whether_they_are_done as (
    select
        s.provider_npi, m.payer_id, m.paid, s.wrvu, coalesce(p.clinician_type, 'unknown') as clinician_type,
        coalesce(p.specialty, 'unknown') as specialty, coalesce(p.setting, 'unknown') as setting,
        cast(date_trunc('month', m.service_from) as date) as month,
        coalesce(m.closed_on <= l.day, false) or date_diff('day', m.service_from, l.day) >= q.maturity_days as is_matured
    from clinician_of_each_claim as s
    inner join ledger.claim_money as m on m.pcn = s.pcn
    cross join parameters as q
    cross join last_day as l
    left join ledger.provider_periods as p
        on p.provider_npi = s.provider_npi and m.service_from >= p.valid_from
        and (p.valid_to is null or m.service_from <= p.valid_to)
),

months as (
    select
        provider_npi, clinician_type, specialty, setting, payer_id, month, count(*) as n_claims,
        count(*) filter (where is_matured) as n_matured, coalesce(sum(paid) filter (where is_matured), 0) as paid,
        coalesce(sum(wrvu) filter (where is_matured), 0) as wrvu
    from claims_and_whether_they_are_done
    group by provider_npi, clinician_type, specialty, setting, payer_id, month
),

months_shown_or_withheld as (
    select
        m.provider_npi, m.clinician_type, m.specialty, m.setting, m.payer_id, m.month, m.n_claims, m.n_matured, m.paid, m.wrvu,
        m.n_matured >= p.wanted_share * m.n_claims as is_shown
    from months as m
    cross join parameters as p
)

select
    'collections_per_wrvu.service_month' as definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on the day of service
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    payer_id,  -- payer first billed
    cast(case when is_shown then paid end as decimal(18, 4)) as numerator,  -- collected from payers and patients, USD; null while withheld
    cast(case when is_shown then wrvu end as decimal(18, 4)) as denominator,  -- work RVU of the same claims; null while withheld
    case when is_shown then cast(paid as double) / nullif(cast(wrvu as double), 0) end as value,  -- USD per work RVU
    cast(n_claims as bigint) as n_cohort,  -- claims of the month
    cast(n_matured as double) / n_claims as matured_share,  -- claims closed or old enough, of all
    case when not is_shown then 'immature' end as reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month of service
from months_shown_or_withheld
