-- One row per claim, and per visit of a clinician: the contract and the payment model under which it holds, by its payer and
-- the day of service, so that every measure and every band can say under which model it stands.
-- Without a contract of the payer on that day the model is 'unknown' and volume targets are allowed, as for any office that
-- delivers no contracts.
-- grain: kind, item_id
-- slice: item_id (key)
-- restated by: ledger.claims.pcn
-- restated by: ledger.visits.encounter_id
-- restated by: ledger.payer_models.payer_id via payer_id
with items as (
    select 'claim' as kind, pcn as item_id, payer_id, service_from as service_on
    from ledger.claims
    where pcn in (select key from ops.restating)
    union all
    select 'encounter' as kind, encounter_id as item_id, coalesce(payer_id, 'unknown') as payer_id, visit_date as service_on
    from ledger.visits
    where encounter_id in (select key from ops.restating)
)

select
    i.kind,  -- claim or encounter
    i.item_id,  -- claim number, or visit
    i.payer_id,  -- payer
    coalesce(m.contract_id, 'unknown') as contract_id,  -- contract; unknown where the payer has none that day, or several
    coalesce(m.model, 'unknown') as model,  -- payment model, as in ledger.payer_models; unknown without a contract
    coalesce(m.volume_targets_allowed, true) as volume_targets_allowed,  -- whether it may count towards a volume target
    i.service_on  -- day of service or of the visit; null where a claim has none
from items as i
left join ledger.payer_models as m
    on m.payer_id = i.payer_id and i.service_on >= m.valid_from and (m.valid_to is null or i.service_on <= m.valid_to)
