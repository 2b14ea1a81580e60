-- One row per remittance that was delivered, and whether it counts. A clearinghouse that passes a payment on may change its
-- head, a reference or a contact, so the same payment comes with another content hash. Of remittances that agree in payer,
-- trace, amount, payment date and every claim with its status, charge and payment, the first delivered counts.
-- grain: remit_id, adjudicated_on
-- slice: adjudicated_on
-- restated by: intake.remits.event_date
-- restated by: intake.remit_claims.event_date
with latest_delivery_of_each_remittance as (
    select
        remit_id, payer_id, trace, amount, credit_debit, event_date, file_id, txn_no,
        min(delivery_date) over (partition by remit_id, event_date) as first_delivered_on
    from intake.remits
    where event_date between $from and $to
    qualify row_number() over (
        partition by remit_id, event_date
        order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

claims_of_each_remittance as (
    select
        r.remit_id, r.event_date, count(*) as n_claims,
        string_agg(
            concat_ws(
                '|', c.pcn, coalesce(c.payer_claim_id, ''), c.status_code, cast(c.charge as varchar),
                cast(c.paid as varchar)
            ), ';'
            order by c.row_no
        ) as claims
    from latest_delivery_of_each_remittance as r
    inner join intake.remit_claims as c
        on c.remit_id = r.remit_id and c.file_id = r.file_id and c.txn_no = r.txn_no and c.event_date = r.event_date
    where c.event_date between $from and $to
    group by r.remit_id, r.event_date
),

remittances_and_the_first_that_agrees as (
    select
        r.remit_id, r.payer_id, r.trace, r.amount, r.credit_debit, r.event_date, r.first_delivered_on,
        coalesce(c.n_claims, 0) as n_claims,
        first_value(r.remit_id) over (
            partition by r.payer_id, r.trace, r.amount, r.credit_debit, r.event_date, c.claims
            order by r.first_delivered_on, r.remit_id
        ) as counted_as
    from latest_delivery_of_each_remittance as r
    left join claims_of_each_remittance as c on c.remit_id = r.remit_id and c.event_date = r.event_date
)

select
    remit_id,  -- the remittance
    payer_id,  -- payer
    trace,  -- check or EFT number
    amount,  -- amount paid, USD
    n_claims,  -- adjudicated claims that were loaded
    -- Without claims there is nothing to count twice.
    remit_id = counted_as or n_claims = 0 as is_counted,  -- whether its claims count; false for the same payment sent again
    case when n_claims = 0 then remit_id else counted_as end as counted_as,  -- the remittance that counts in its place, or itself
    first_delivered_on,  -- day on which it was delivered first
    event_date as adjudicated_on  -- payment date
from remittances_and_the_first_that_agrees
