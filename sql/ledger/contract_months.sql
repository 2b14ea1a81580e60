-- One row per contract and month: its members, what was paid for them other than by the claim, and what their care cost.
-- Own services and the total cost of care are two scopes, kept apart and never added. Amounts that were not delivered are
-- null, not zero. The model is that of the layers which the month saw last.
-- grain: contract_id, month
-- slice: month
-- restated by: ledger.panel_members.month
-- restated by: intake.capitation_payments.event_date
-- restated by: intake.member_costs.event_date
-- restated by: ledger.contract_layers
with members as (
    select contract_id, month, count(*) as n_members, sum(share) as member_months
    from ledger.panel_members
    where month between $from and $to
    group by contract_id, month
),

latest_delivery_of_each_payment as (
    select contract_id, kind, amount, event_date
    from intake.capitation_payments
    where event_date between $from and $to
    qualify row_number() over (
        partition by contract_id, kind, event_date order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

payments as (
    select
        contract_id, event_date as month,
        sum(amount) filter (where kind = 'capitation') as capitation,
        sum(amount) filter (where kind = 'care_management') as care_management,
        sum(amount) filter (where kind = 'shared_savings') as shared_savings,
        sum(amount) filter (where kind = 'quality_bonus') as quality_bonus,
        sum(amount) filter (where kind = 'penalty') as penalty
    from latest_delivery_of_each_payment
    group by contract_id, event_date
),

latest_delivery_of_each_cost as (
    select contract_id, scope, amount, event_date
    from intake.member_costs
    where event_date between $from and $to
    qualify row_number() over (
        partition by contract_id, scope, event_date order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

costs as (
    select
        contract_id, event_date as month,
        sum(amount) filter (where scope = 'own_services') as cost_of_own_services,
        sum(amount) filter (where scope = 'total_cost_of_care') as total_cost_of_care
    from latest_delivery_of_each_cost
    group by contract_id, event_date
),

months as (
    select contract_id, month from members
    union
    select contract_id, month from payments
    union
    select contract_id, month from costs
),

layers_of_each_month as (
    select m.contract_id, m.month, l.layer, l.payer_id, l.model, l.cost_scope
    from months as m
    inner join ledger.contract_layers as l
        on l.contract_id = m.contract_id
        and l.valid_from < m.month + interval '1 month' and (l.valid_to is null or l.valid_to >= m.month)
    qualify row_number() over (partition by m.contract_id, m.month, l.layer order by l.valid_from desc) = 1
),

models as (
    select
        contract_id, month, min(payer_id) as payer_id,
        max(case when layer = 'chassis' then model end) as chassis_model,
        max(case when layer = 'value' then model end) as value_model,
        coalesce(
            max(case when layer = 'chassis' then cost_scope end), max(case when layer = 'value' then cost_scope end)
        ) as cost_scope
    from layers_of_each_month
    group by contract_id, month
)

select
    m.contract_id,  -- contract
    t.payer_id,  -- payer; null where the contract is not among the delivered ones
    t.chassis_model,  -- payment model of the chassis; null without one
    t.value_model,  -- payment model of the value layer; null without one
    case
        when t.chassis_model <> t.value_model then t.chassis_model || '+' || t.value_model
        else coalesce(t.chassis_model, t.value_model, 'unknown')
    end as model,  -- both in one word, as in ledger.payer_models; unknown where the contract is not delivered
    t.cost_scope,  -- cost that the contract's payments are meant to cover: own_services or total_cost_of_care, that of the chassis, else of the value layer; null where not told
    coalesce(n.n_members, 0) as n_members,  -- people who were members for any part of the month
    cast(n.member_months as decimal(18, 4)) as member_months,  -- member-months, parts of a month by their share; null without members
    cast(p.capitation as decimal(18, 2)) as capitation,  -- capitation for the month, USD
    cast(p.care_management as decimal(18, 2)) as care_management,  -- care-management fees, USD
    cast(p.shared_savings as decimal(18, 2)) as shared_savings,  -- shared savings, USD
    cast(p.quality_bonus as decimal(18, 2)) as quality_bonus,  -- quality bonus, USD
    cast(p.penalty as decimal(18, 2)) as penalty,  -- penalty, negative, USD
    cast(c.cost_of_own_services as decimal(18, 2)) as cost_of_own_services,  -- cost of the practice's own services, USD
    cast(c.total_cost_of_care as decimal(18, 2)) as total_cost_of_care,  -- cost of all care of the members, whoever gave it, USD
    m.month  -- first day of the month
from months as m
left join models as t on t.contract_id = m.contract_id and t.month = m.month
left join members as n on n.contract_id = m.contract_id and n.month = m.month
left join payments as p on p.contract_id = m.contract_id and p.month = m.month
left join costs as c on c.contract_id = m.contract_id and c.month = m.month
