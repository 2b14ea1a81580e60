-- One row per bank deposit in its last state: received, posted, and reconciled. A deposit is reconciled only when what was
-- posted to it less its provider-level adjustments agrees with the bank within the tolerance, and not before the last payment
-- of it was posted; somebody's word that it is reconciled does not close it. Adjustments carry the sign of PLB04 on the
-- remittance: positive takes money away, so the bank shows less than was posted.
-- grain: deposit_id
-- slice: deposit_id (key)
-- restated by: intake.deposits.deposit_id
-- restated by: intake.payments.deposit_id
-- restated by: intake.payments.txn_id via intake.payments.txn_id
-- restated by: ledger.parameters
with last_state_of_each_deposit as (
    select deposit_id, payer_id, bank_amount, plb_amount, received_on, posted_complete_at, reconciled_at
    from intake.deposits
    where deposit_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by deposit_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

-- A payment that was moved to another deposit has rows under both; its last row says where it belongs.
payments_ever_posted_to_them as (
    select txn_id, deposit_id, amount, posted_at, delivery_date, file_id, row_no
    from intake.payments
    where
        event_date >= $horizon
        and txn_id in (
            select p.txn_id
            from intake.payments as p
            where p.deposit_id in (select key from ops.restating) and p.event_date >= $horizon
        )
),

last_row_of_each_payment as (
    select txn_id, deposit_id, amount, posted_at
    from payments_ever_posted_to_them
    qualify row_number() over (partition by txn_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

posted as (
    select deposit_id, sum(amount) as amount, count(*) as n_payments, max(posted_at) as last_posted_at
    from last_row_of_each_payment
    group by deposit_id
),

tolerance as (
    select value as usd from ledger.parameters where name = 'reconcile_tolerance'
)

select
    d.deposit_id,  -- number of the deposit
    d.payer_id,  -- payer
    d.received_on,  -- value date
    d.posted_complete_at,  -- when the last payment of it was said to be posted; null before
    cast(d.bank_amount as decimal(18, 2)) as bank_amount,  -- on the bank statement, USD
    cast(coalesce(p.amount, 0) as decimal(18, 2)) as posted_amount,  -- posted to it, USD
    cast(
        coalesce(p.amount, 0) - coalesce(d.plb_amount, 0) - d.bank_amount as decimal(18, 2)
    ) as difference,  -- posted less provider-level adjustments less bank, USD
    cast(coalesce(p.n_payments, 0) as bigint) as n_payments,  -- payments posted to it
    d.reconciled_at as said_reconciled_at,  -- when the office says that postings and bank agreed
    case
        when d.reconciled_at is not null
            and abs(coalesce(p.amount, 0) - coalesce(d.plb_amount, 0) - d.bank_amount) <= t.usd
            then greatest(d.reconciled_at, coalesce(p.last_posted_at, d.reconciled_at))
    end as reconciled_at  -- when they did agree; null while they do not, or nobody said so
from last_state_of_each_deposit as d
cross join tolerance as t
left join posted as p on p.deposit_id = d.deposit_id
