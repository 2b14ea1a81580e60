-- One row per transaction set of claims that went out, in the envelope it went out in: what an acknowledgement of a
-- file, a group or a batch speaks of. The same set delivered again in the same envelope is one row, the last delivery.
-- grain: file_id, txn_no
-- slice: submitted_on
-- restated by: intake.claims.event_date
with sets_as_delivered as (
    select
        file_id, txn_no, event_date, delivery_date, interchange_control, group_control, txn_control, batch_id,
        min(submission_id) as first_submission_id, min(submitted_at) as submitted_at, count(*) as n_claims,
        sum(charge) as charge
    from intake.claims
    where event_date between $from and $to
    group by file_id, txn_no, event_date, delivery_date, interchange_control, group_control, txn_control, batch_id
)

select
    file_id,  -- the file that holds it
    txn_no,  -- ordinal of the transaction set in that file
    interchange_control,  -- ISA13, leading zeros as sent
    group_control,  -- GS06
    txn_control,  -- ST02
    batch_id,  -- BHT03: the office's number of the batch
    cast(n_claims as bigint) as n_claims,  -- claims in it
    cast(charge as decimal(18, 2)) as charge,  -- what they charge, USD
    submitted_at,  -- when the batch was built
    event_date as submitted_on  -- its day, in the office's time zone
from sets_as_delivered
qualify row_number() over (
    partition by event_date, interchange_control, group_control, txn_control, batch_id, first_submission_id
    order by delivery_date desc, file_id desc, txn_no desc
) = 1
