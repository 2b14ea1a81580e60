-- One row per definition, contract and month: dollars per member and month: revenue as stated, cost by scope, margin, and what
-- quality earned or lost. The cost of the practice's own services and the total cost of care are two scopes and never mixed.
-- Fee-for-service payments count in the month in which they were posted; capitation and fees in the month for which they
-- are. Bonuses, penalties and shared savings are no part of the total. What was not delivered has no row; a month
-- without a roster is withheld, for dollars without members say nothing. So is what rests on payments by the claim where
-- these are not known for the whole month, and revenue of a capitated contract without its capitation: a month that is told
-- in part would look poor beside the others. An office that delivers no payments at all is told by what it delivers.
-- grain: definition_id, contract_id, measured_on
-- slice: all
-- restated by: ledger.contract_months
-- restated by: ledger.contract_receipts
-- restated by: ledger.covered_months
with receipts as (
    select contract_id, cast(date_trunc('month', posted_on) as date) as month, sum(amount) as amount
    from ledger.contract_receipts
    group by contract_id, date_trunc('month', posted_on)
),

feeds as (
    select max(case when feed = 'payments' then 1 else 0 end) as has_payments
    from ledger.covered_months
),

months as (
    select
        m.contract_id, m.model, m.cost_scope, m.month, m.n_members, m.member_months, m.capitation, m.care_management, m.shared_savings,
        m.quality_bonus, m.penalty, m.cost_of_own_services, m.total_cost_of_care, r.amount as fee_for_service,
        case
            when coalesce(m.capitation, m.care_management, r.amount) is not null
                then coalesce(m.capitation, 0) + coalesce(m.care_management, 0) + coalesce(r.amount, 0)
        end as revenue,
        case
            when p.has_payments = 1 and not coalesce(c.is_covered, false)
                then 'payments by the claim: ' || coalesce(c.reason, 'the feed does not reach the month')
        end as reason_of_payments,
        case
            when m.capitation is null and m.model like '%capitation%' then 'no capitation of the month was delivered'
        end as reason_of_capitation
    from ledger.contract_months as m
    cross join feeds as p
    left join receipts as r on r.contract_id = m.contract_id and r.month = m.month
    left join ledger.covered_months as c on c.feed = 'payments' and c.month = m.month
),

variants as (
    select
        'pmpm_revenue.total' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, revenue as amount,
        coalesce(reason_of_payments, reason_of_capitation) as withheld
    from months
    union all
    select
        'pmpm_revenue.capitation' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, capitation as amount,
        null as withheld
    from months
    union all
    select
        'pmpm_revenue.care_management' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, care_management as amount,
        null as withheld
    from months
    union all
    select
        'pmpm_revenue.fee_for_service' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, fee_for_service as amount,
        reason_of_payments as withheld
    from months
    union all
    select
        'pmpm_cost.own_services' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, cost_of_own_services as amount,
        null as withheld
    from months
    union all
    select
        'pmpm_cost.total_cost_of_care' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, total_cost_of_care as amount,
        null as withheld
    from months
    union all
    select
        'pmpm_margin.own_services' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, revenue - cost_of_own_services as amount,
        coalesce(reason_of_payments, reason_of_capitation) as withheld
    from months
    union all
    select
        'pmpm_margin.total_cost_of_care' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, revenue - total_cost_of_care as amount,
        coalesce(reason_of_payments, reason_of_capitation) as withheld
    from months
    union all
    select
        'quality_payment.bonus' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, quality_bonus as amount,
        null as withheld
    from months
    union all
    select
        'quality_payment.penalty' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, penalty as amount,
        null as withheld
    from months
    union all
    select
        'quality_payment.shared_savings' as definition_id, contract_id, model, cost_scope, month, n_members, member_months, shared_savings as amount,
        null as withheld
    from months
),

judged as (
    select
        definition_id, contract_id, model, cost_scope, month, n_members, member_months, amount,
        case when n_members = 0 then 'no roster of the month' else withheld end as reason
    from variants
    where amount is not null
)

select
    definition_id,  -- which definition: revenue, cost or margin, and of what
    contract_id,  -- contract
    model,  -- payment model, as in ledger.contract_months
    cost_scope,  -- cost that the contract's payments are meant to cover, as in ledger.contract_months
    cast(case when reason is null then amount end as decimal(18, 4)) as numerator,  -- USD; null while withheld
    cast(case when reason is null then member_months end as decimal(18, 4)) as denominator,  -- member-months; null while withheld
    case when reason is null then cast(amount as double) / nullif(cast(member_months as double), 0) end as value,  -- USD per member and month
    cast(n_members as bigint) as n_panel,  -- members of the month, by which small panels are withheld
    reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month
from judged
