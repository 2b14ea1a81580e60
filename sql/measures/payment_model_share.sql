-- One row per definition, contract and month: how much of its revenue, and of its patients, stands under which payment model.
-- Revenue is told by the kind of the money: paid by the claim is fee-for-service, whatever the contract; care-management fees,
-- shared savings, bonuses and penalties are value-based. It counts in the month in which it was posted, or for which it was paid.
-- Patients are those on the contract's roster of the month, and where it has none those with a completed visit. A contract
-- that carries two layers has its patients under both, so their shares can add up to more than one. A month that payments by
-- the claim do not cover is withheld, since the other kinds would have too large a share of it.
-- grain: definition_id, contract_id, model, measured_on
-- slice: all
-- restated by: ledger.contract_receipts
-- restated by: ledger.contract_months
-- restated by: ledger.claim_models
-- restated by: ledger.visits
-- restated by: ledger.covered_months
with money as (
    select
        contract_id, model, cast(date_trunc('month', posted_on) as date) as month,
        amount as fee_for_service, 0 as capitation, 0 as value_based
    from ledger.contract_receipts
    union all
    select
        contract_id, model, month, 0 as fee_for_service, coalesce(capitation, 0) as capitation,
        coalesce(care_management, 0) + coalesce(shared_savings, 0) + coalesce(quality_bonus, 0) + coalesce(penalty, 0)
            as value_based
    from ledger.contract_months
    where coalesce(capitation, care_management, shared_savings, quality_bonus, penalty) is not null
),

revenue as (
    select
        contract_id, model, month, sum(fee_for_service) as fee_for_service, sum(capitation) as capitation,
        sum(value_based) as value_based, sum(fee_for_service + capitation + value_based) as total
    from money
    group by contract_id, model, month
),

feeds as (
    select max(case when feed = 'payments' then 1 else 0 end) as has_payments
    from ledger.covered_months
),

revenue_of_months as (
    select
        r.contract_id, r.model, r.month, r.fee_for_service, r.capitation, r.value_based, r.total,
        case
            when f.has_payments = 1 and not coalesce(c.is_covered, false)
                then 'payments by the claim: ' || coalesce(c.reason, 'the feed does not reach the month')
        end as reason
    from revenue as r
    cross join feeds as f
    left join ledger.covered_months as c on c.feed = 'payments' and c.month = r.month
),

patients_seen as (
    select
        m.contract_id, m.model, cast(date_trunc('month', v.visit_date) as date) as month,
        count(distinct v.person_key) as n_people
    from ledger.visits as v
    inner join ledger.claim_models as m on m.kind = 'encounter' and m.item_id = v.encounter_id
    where v.status = 'completed'
    group by m.contract_id, m.model, date_trunc('month', v.visit_date)
),

patients as (
    select contract_id, model, month, n_members as n_people
    from ledger.contract_months
    where n_members > 0
    union all
    select s.contract_id, s.model, s.month, s.n_people
    from patients_seen as s
    left join ledger.contract_months as r on r.contract_id = s.contract_id and r.month = s.month and r.n_members > 0
    where r.contract_id is null
),

patients_by_layer as (
    select
        contract_id, model, month, n_people,
        case when '+' || model || '+' like '%+fee_for_service+%' then n_people else 0 end as n_fee_for_service,
        case when '+' || model || '+' like '%+value_based+%' then n_people else 0 end as n_value_based,
        case when '+' || model || '+' like '%+capitation+%' then n_people else 0 end as n_capitation
    from patients
    where model not in ('unknown', 'mixed')
),

variants as (
    select
        'payment_model_share.fee_for_service_revenue' as definition_id, contract_id, model, month,
        fee_for_service as numerator, total as denominator, null as n_inside, reason
    from revenue_of_months
    union all
    select
        'payment_model_share.value_based_revenue' as definition_id, contract_id, model, month,
        value_based as numerator, total as denominator, null as n_inside, reason
    from revenue_of_months
    union all
    select
        'payment_model_share.capitation_revenue' as definition_id, contract_id, model, month,
        capitation as numerator, total as denominator, null as n_inside, reason
    from revenue_of_months
    union all
    select
        'payment_model_share.fee_for_service_patients' as definition_id, contract_id, model, month,
        n_fee_for_service as numerator, n_people as denominator, n_fee_for_service as n_inside, null as reason
    from patients_by_layer
    union all
    select
        'payment_model_share.value_based_patients' as definition_id, contract_id, model, month,
        n_value_based as numerator, n_people as denominator, n_value_based as n_inside, null as reason
    from patients_by_layer
    union all
    select
        'payment_model_share.capitation_patients' as definition_id, contract_id, model, month,
        n_capitation as numerator, n_people as denominator, n_capitation as n_inside, null as reason
    from patients_by_layer
)

select
    v.definition_id,  -- which definition: model and whether of revenue or of patients
    v.contract_id,  -- contract; unknown where none is known
    v.model,  -- payment model of the contract, as in ledger.payer_models
    cast(case when v.reason is null then v.numerator end as decimal(18, 4)) as numerator,  -- revenue of the kind, USD, or patients under the model; null while withheld
    cast(case when v.reason is null then v.denominator end as decimal(18, 4)) as denominator,  -- all revenue of the contract in the month, USD, or its patients; null while withheld
    case when v.reason is null then cast(v.numerator as double) / nullif(cast(v.denominator as double), 0) end as value,  -- share
    cast(v.n_inside as bigint) as n_inside,  -- people in the numerator; null where it is money
    cast(coalesce(p.n_people, 0) as bigint) as n_panel,  -- patients of the contract in the month, by which small ones are withheld
    v.reason,  -- why it is withheld; null where it is not
    v.month as measured_on  -- first day of the month
from variants as v
left join patients as p on p.contract_id = v.contract_id and p.model = v.model and p.month = v.month
