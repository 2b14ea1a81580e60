-- One row per contract, layer and period: which payment model a payer's contract carries. A contract may carry two layers at
-- once, a chassis that pays for services and a value layer over it. A period ends where the layer's next one begins.
-- grain: contract_id, layer, valid_from
-- slice: all
-- restated by: intake.payer_contracts
with latest_delivery_of_each_period as (
    select contract_id, layer, payer_id, plan, model, cost_scope, valid_from, valid_to
    from intake.payer_contracts
    qualify row_number() over (
        partition by contract_id, layer, valid_from
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

periods_with_the_next_start as (
    select
        contract_id, layer, payer_id, plan, model, cost_scope, valid_from, valid_to,
        lead(valid_from) over (partition by contract_id, layer order by valid_from) as next_from
    from latest_delivery_of_each_period
),

periods_that_do_not_overlap as (
    select
        contract_id, layer, payer_id, plan, model, cost_scope, valid_from,
        case
            when next_from is null then valid_to
            else least(coalesce(valid_to, next_from), cast(next_from - interval '1 day' as date))
        end as last_day
    from periods_with_the_next_start
)

select
    contract_id,  -- contract
    layer,  -- chassis or value
    payer_id,  -- payer, as on the claim
    plan,  -- plan; null where the contract holds for all of them
    model,  -- fee_for_service, value_based or capitation
    cost_scope,  -- own_services or total_cost_of_care: which cost the contract answers for; null where not told
    valid_from,  -- first day of the period
    last_day as valid_to  -- last day of the period; null while it lasts
from periods_that_do_not_overlap
where last_day is null or last_day >= valid_from
