-- One row per payer and range of days: the payment model under which the payer's work holds then, and whether a volume target
-- may be offered for it. Ranges of a payer never overlap, so a join on payer and day finds one row or none.
-- Volume targets are for what is paid by the service: they need a fee-for-service chassis, and no contract of the payer may be
-- capitated on that day, for a claim does not tell which of the payer's plans it belongs to.
-- grain: payer_id, valid_from
-- slice: all
-- restated by: ledger.contract_layers
with days_on_which_something_changes as (
    select payer_id, valid_from as day
    from ledger.contract_layers
    union
    select payer_id, cast(valid_to + interval '1 day' as date) as day
    from ledger.contract_layers
    where valid_to is not null
),

ranges_between_changes as (
    select
        payer_id, day as valid_from,
        cast(lead(day) over (partition by payer_id order by day) - interval '1 day' as date) as valid_to
    from days_on_which_something_changes
),

layers_in_each_range as (
    select
        r.payer_id, r.valid_from, r.valid_to,
        min(l.contract_id) as contract_id, count(distinct l.contract_id) as n_contracts,
        min(case when l.layer = 'chassis' then l.model end) as chassis_model,
        max(case when l.layer = 'chassis' then l.model end) as other_chassis_model,
        min(case when l.layer = 'value' then l.model end) as value_model,
        max(case when l.layer = 'value' then l.model end) as other_value_model,
        count(distinct case when l.layer = 'value' then l.contract_id end) as n_value_contracts,
        max(case when l.model = 'capitation' then 1 else 0 end) as has_capitation
    from ranges_between_changes as r
    inner join ledger.contract_layers as l
        on l.payer_id = r.payer_id and l.valid_from <= r.valid_from and (l.valid_to is null or l.valid_to >= r.valid_from)
    group by r.payer_id, r.valid_from, r.valid_to
),

named as (
    select
        payer_id, valid_from, valid_to, contract_id, n_contracts, has_capitation,
        case
            when chassis_model <> other_chassis_model then 'mixed'
            when value_model <> other_value_model or n_value_contracts not in (0, n_contracts) then 'mixed'
            when chassis_model is null then value_model
            when value_model is null or value_model = chassis_model then chassis_model
            else chassis_model || '+' || value_model
        end as model,
        coalesce(chassis_model = 'fee_for_service' or other_chassis_model = 'fee_for_service', false) as has_fee_for_service
    from layers_in_each_range
)

select
    payer_id,  -- payer, as on the claim
    case when n_contracts = 1 then contract_id end as contract_id,  -- its contract; null where it has several
    n_contracts,  -- contracts in force
    model,  -- fee_for_service, value_based or capitation; chassis+value where a contract carries two; mixed where contracts differ
    has_fee_for_service and has_capitation = 0 as volume_targets_allowed,  -- whether a volume target may be offered
    valid_from,  -- first day of the range
    valid_to  -- last day of the range; null while it lasts
from named
