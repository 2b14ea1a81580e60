-- One row per payment transaction, in its latest state: how it was posted, and whether a person had to look into it.
-- A transaction of which the day of receipt is not known counts as received when it was posted.
-- grain: txn_id
-- slice: txn_id (key)
-- restated by: intake.payments.txn_id
with latest_state_of_each_transaction as (
    select
        txn_id, pcn, payer_id, amount, method, n_lines, received_on, posted_by, posted_at, event_date, exception_reason,
        variance_amount, cast(exception_resolved_at as date) as resolved_on
    from intake.payments
    where txn_id in (select key from ops.restating)
    qualify row_number() over (
        partition by txn_id
        order by delivery_date desc, exception_resolved_at desc nulls last, file_id desc, row_no desc
    ) = 1
)

select
    txn_id,  -- number of the transaction
    pcn,  -- claim number; null while it is not matched
    payer_id,  -- payer
    cast(amount as decimal(18, 2)) as amount,  -- amount posted, USD
    method,  -- era_auto, era_manual, eob_manual or patient
    method <> 'era_auto' as is_manual,  -- whether a person posted it
    cast(coalesce(n_lines, 1) as bigint) as n_lines,  -- lines posted; one where the export does not say
    coalesce(received_on, event_date) as received_on,  -- day of receipt; of posting where unknown
    received_on is not null as is_receipt_known,  -- whether the export says when it was received
    posted_by,  -- who posted it; null when the system did
    posted_at,  -- when
    event_date as posted_on,  -- its day
    exception_reason,  -- variance, partial, no_match or plb; null when none
    cast(coalesce(variance_amount, 0) as decimal(18, 2)) as variance_amount,  -- posted less expected, USD; 0 where not said
    case when exception_reason is not null then coalesce(received_on, event_date) end as exception_opened_on,  -- day from which the exception is open
    case
        when exception_reason is not null and resolved_on is not null
            then greatest(resolved_on, coalesce(received_on, event_date))
    end as exception_closed_on  -- day on which it was closed; null while open
from latest_state_of_each_transaction
