-- One row per claim submission, with the complexity of the work on it and the visit that it bills.
-- Complexity has a point each for: institutional, 3 lines or more, 6 lines or more, 5 diagnoses or more.
-- Offices reuse control numbers, so claims under one submission number stay apart by claim number and day.
-- grain: submission_id, pcn, submitted_on
-- slice: submitted_on
-- restated by: intake.claims.event_date
-- restated by: intake.charge_entries.pcn via pcn
with latest_delivery_of_each_submission as (
    select
        submission_id, pcn, claim_type, frequency_code, original_ref, clearinghouse_id, payer_seq, payer_id, member_key,
        charge, service_from, n_lines, n_diagnoses, submitted_at, event_date, file_id, row_no
    from intake.claims
    where event_date between $from and $to
    qualify row_number() over (
        partition by submission_id, pcn, event_date
        order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

points_of_each_submission as (
    select
        submission_id, pcn, event_date,
        case when claim_type = 'I' then 1 else 0 end
        + case when n_lines >= 3 then 1 else 0 end
        + case when n_lines >= 6 then 1 else 0 end
        + case when n_diagnoses >= 5 then 1 else 0 end as points
    from latest_delivery_of_each_submission
),

visit_of_each_submission as (
    select s.submission_id, s.pcn, s.event_date, e.encounter_id
    from latest_delivery_of_each_submission as s
    inner join intake.charge_entries as e on e.pcn = s.pcn
    where
        e.event_date >= $from - interval '120 days' and e.event_date <= $to
        and e.event_date >= s.event_date - interval '120 days' and e.event_date <= s.event_date
    qualify row_number() over (
        partition by s.submission_id, s.pcn, s.event_date
        order by e.delivery_date desc, e.file_id desc, e.row_no desc
    ) = 1
)

select
    s.submission_id,  -- the submission
    s.pcn,  -- the provider's claim number
    v.encounter_id,  -- the visit or stay, where charge entry named it in the 120 days before
    s.claim_type,  -- P professional, I institutional, D dental
    s.frequency_code,  -- 1 original, 7 replacement, 8 void
    s.original_ref,  -- the payer's number of the claim that this one replaces
    s.clearinghouse_id,  -- the clearinghouse's number, where the office sends one
    s.payer_seq,  -- P primary, S secondary, T tertiary
    s.payer_id,  -- payer billed
    s.member_key,  -- pseudonym of the member's number
    s.charge,  -- submitted charge, USD
    s.service_from,  -- first service date
    s.n_lines,  -- service lines
    s.n_diagnoses,  -- diagnosis codes
    case when p.points = 0 then 'low' when p.points = 1 then 'medium' else 'high' end as complexity,  -- by the rule above
    s.file_id,  -- the file that holds it; the last one where it was delivered again
    s.row_no,  -- ordinal of the CLM in that file
    s.submitted_at,  -- when the batch was built
    s.event_date as submitted_on  -- its day, in the office's time zone
from latest_delivery_of_each_submission as s
inner join points_of_each_submission as p
    on p.submission_id = s.submission_id and p.pcn = s.pcn and p.event_date = s.event_date
left join visit_of_each_submission as v
    on v.submission_id = s.submission_id and v.pcn = s.pcn and v.event_date = s.event_date
