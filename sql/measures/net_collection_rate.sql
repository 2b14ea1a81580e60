-- One row per definition, payer and month of service: what was collected of what was allowed, and of what was charged, for the
-- claims of that month alone. Bad debt and denials that were written off stay in the denominator. Claims still open and
-- younger than maturity_days are left out, and a month is withheld until enough of its dollars are past that.
-- grain: definition_id, payer_id, measured_on
-- slice: all
-- restated by: ledger.claim_money
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

claims_and_whether_they_are_done as (
    select
        m.payer_id, cast(date_trunc('month', m.service_from) as date) as month, m.charge, m.contractual, m.paid,
        coalesce(m.closed_on <= l.day, false) or date_diff('day', m.service_from, l.day) >= p.maturity_days as is_matured
    from ledger.claim_money as m
    cross join parameters as p
    cross join last_day as l
),

months_of_each_payer as (
    select
        payer_id, month, count(*) as n_claims, sum(charge) as charge,
        coalesce(sum(charge) filter (where is_matured), 0) as matured_charge,
        coalesce(sum(contractual) filter (where is_matured), 0) as matured_contractual,
        coalesce(sum(paid) filter (where is_matured), 0) as matured_paid
    from claims_and_whether_they_are_done
    group by payer_id, month
),

months_shown_or_withheld as (
    select
        m.payer_id, m.month, m.n_claims, m.charge, m.matured_charge, m.matured_contractual, m.matured_paid,
        m.charge > 0 and m.matured_charge >= p.wanted_share * m.charge as is_shown
    from months_of_each_payer as m
    cross join parameters as p
),

variants as (
    select
        'net_collection_rate.service_month' as definition_id, payer_id, month, n_claims, charge, matured_charge, is_shown,
        matured_paid as numerator, matured_charge - matured_contractual as denominator
    from months_shown_or_withheld
    union all
    select
        'gross_collection_rate.service_month' as definition_id, payer_id, month, n_claims, charge, matured_charge, is_shown,
        matured_paid as numerator, matured_charge as denominator
    from months_shown_or_withheld
)

select
    definition_id,  -- which definition: net or gross
    payer_id,  -- payer first billed
    cast(case when is_shown then numerator end as decimal(18, 4)) as numerator,  -- collected, USD; null while withheld
    cast(case when is_shown then denominator end as decimal(18, 4)) as denominator,  -- charged less contractual, or charged, USD; null while withheld
    case when is_shown then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- share
    n_claims as n_cohort,  -- claims of the month
    cast(matured_charge as double) / nullif(cast(charge as double), 0) as matured_share,  -- dollars closed or old enough, of all
    case when not is_shown then 'immature' end as reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month of service
from variants
