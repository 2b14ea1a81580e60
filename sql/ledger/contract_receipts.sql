-- One row per contract, payment model and day: what payers and patients paid by the claim, whatever the contract's model; a
-- capitated contract pays for carved-out services that way. A payment belongs to the contract of its claim on the day of
-- service; one that is matched to no claim to the payer's contract on the day of posting.
-- grain: contract_id, model, posted_on
-- slice: posted_on
-- restated by: ledger.payments.posted_on
-- restated by: ledger.claim_models.item_id via ledger.payments.pcn
-- restated by: ledger.payer_models
with payments_and_their_contract as (
    select
        p.amount, p.posted_on,
        coalesce(c.contract_id, m.contract_id, 'unknown') as contract_id, coalesce(c.model, m.model, 'unknown') as model
    from ledger.payments as p
    left join ledger.claim_models as c on c.kind = 'claim' and c.item_id = p.pcn
    left join ledger.payer_models as m
        on c.item_id is null and m.payer_id = p.payer_id
        and p.posted_on >= m.valid_from and (m.valid_to is null or p.posted_on <= m.valid_to)
    where p.posted_on between $from and $to
)

select
    contract_id,  -- contract; unknown where none is known, or the payer has several
    model,  -- payment model, as in ledger.payer_models
    cast(sum(amount) as decimal(18, 2)) as amount,  -- paid by the claim, take-backs taken off, USD
    posted_on  -- day on which it was posted
from payments_and_their_contract
group by contract_id, model, posted_on
