-- One row per original claim that went out: what it charged, what payers took off by contract, what came in, and when the
-- account was closed. The contractual part is the last judgement's of each payer, so that a claim judged twice is reduced
-- once; a judgement that was taken back does not count. An office that posts from remittances tells the same reduction again in its
-- adjustments, so of the two sums the larger one counts, never both.
-- grain: pcn
-- slice: pcn (key)
-- restated by: ledger.claims.pcn
-- restated by: ledger.adjudications.pcn
-- restated by: ledger.remit_matches.pcn
-- restated by: ledger.payments.pcn
-- restated by: intake.account_adjustments.pcn
-- restated by: intake.accounts.pcn
-- looked up in: ledger.calendar
with claims_that_went_out as (
    select pcn, payer_id, service_from, charge
    from ledger.claims
    where pcn in (select key from ops.restating) and has_submission and is_original and service_from is not null
),

judgements_taken_back as (
    select distinct pcn, takes_back
    from ledger.remit_matches
    where pcn in (select key from ops.restating) and adjudicated_on >= $horizon and takes_back is not null
),

last_judgement_of_each_payer as (
    select a.pcn, a.contractual_amount
    from ledger.adjudications as a
    where
        a.pcn in (select key from ops.restating) and a.adjudicated_on >= $horizon and a.payer_rank is not null
        and not exists (
            select 1
            from judgements_taken_back as t
            where t.pcn = a.pcn and t.takes_back = a.remit_claim_id
        )
    qualify row_number() over (
        partition by a.pcn, a.payer_rank order by a.adjudicated_on desc, a.row_no desc, a.remit_claim_id desc
    ) = 1
),

contractual_by_remittance as (
    select pcn, sum(contractual_amount) as amount
    from last_judgement_of_each_payer
    group by pcn
),

adjustments_of_the_office as (
    select pcn, adjustment_class, amount
    from intake.account_adjustments
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (partition by adjustment_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

contractual_by_the_office as (
    select pcn, sum(amount) as amount
    from adjustments_of_the_office
    where adjustment_class = 'contractual'
    group by pcn
),

payments_of_each_claim as (
    select pcn, sum(amount) as amount
    from ledger.payments
    where pcn in (select key from ops.restating)
    group by pcn
),

last_state_of_each_account as (
    select pcn, closed_at, close_reason
    from intake.accounts
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by pcn order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

closed_accounts as (
    select a.pcn, d.day as closed_on, a.close_reason
    from last_state_of_each_account as a
    inner join ledger.calendar as d on a.closed_at >= d.begins_at and a.closed_at < d.ends_at
)

select
    c.pcn,  -- the provider's claim number
    c.payer_id,  -- payer first billed
    c.service_from,  -- first service date
    cast(coalesce(c.charge, 0) as decimal(18, 2)) as charge,  -- charge submitted, USD
    cast(greatest(coalesce(r.amount, 0), coalesce(o.amount, 0)) as decimal(18, 2)) as contractual,  -- taken off by contract, USD
    cast(coalesce(p.amount, 0) as decimal(18, 2)) as paid,  -- posted, by payers and patient, USD
    a.closed_on,  -- day on which the balance came to zero; null while open or not delivered
    a.close_reason  -- how, in the office's words
from claims_that_went_out as c
left join contractual_by_remittance as r on r.pcn = c.pcn
left join contractual_by_the_office as o on o.pcn = c.pcn
left join payments_of_each_claim as p on p.pcn = c.pcn
left join closed_accounts as a on a.pcn = c.pcn
