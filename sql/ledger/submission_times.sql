-- One row per claim that was entered or sent: the day of service that the payer's clock starts on, and the first submission.
-- An institutional claim (Part A) counts from its last day of service, any other from its first. A claim that was entered
-- and not yet sent is open. Claims first seen as a replacement, a void or at a second payer began before the log did.
-- grain: pcn
-- slice: pcn (key)
-- restated by: intake.claims.pcn
-- restated by: ledger.claim_starts.pcn
with latest_delivery_of_each_submission as (
    select
        submission_id, pcn, claim_type, frequency_code, payer_seq, payer_id, service_from, service_to, submitted_at,
        event_date
    from intake.claims
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by submission_id, pcn, event_date
        order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

first_submission as (
    select
        pcn, claim_type, payer_id, submitted_at, event_date,
        case when claim_type = 'I' then coalesce(service_to, service_from) else service_from end as service_on,
        coalesce(frequency_code, '1') = '1' and coalesce(payer_seq, 'P') = 'P' as is_the_first_of_all
    from latest_delivery_of_each_submission
    qualify row_number() over (partition by pcn order by submitted_at, submission_id, event_date) = 1
),

claims_entered as (
    select pcn, payer_id, service_date, charge_entered_by
    from ledger.claim_starts
    where pcn in (select key from ops.restating) and charge_entered_on is not null
),

claims_entered_or_sent as (
    select pcn from claims_entered
    union
    select pcn from first_submission
)

select
    p.pcn,  -- the provider's claim number
    s.claim_type,  -- P professional, I institutional, D dental; null before the first submission
    coalesce(s.payer_id, e.payer_id) as payer_id,  -- payer first billed, else entered
    e.charge_entered_by,  -- who entered the charges
    coalesce(s.service_on, e.service_date) as service_on,  -- institutional: last day of service, else the first
    s.submitted_at,  -- when it was sent first; null while it was not
    s.event_date as submitted_on  -- its day, in the office's time zone
from claims_entered_or_sent as p
left join claims_entered as e on e.pcn = p.pcn
left join first_submission as s on s.pcn = p.pcn
where coalesce(s.is_the_first_of_all, true)
