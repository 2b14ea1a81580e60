-- One row per acknowledgement of one claim (277CA, 277, or the claim that a 999 names), matched to the submission answered.
-- Of several submissions under a claim number the one that shares most with the answer is taken (clearinghouse's number,
-- batch or control numbers, amount, service date), then the last one before it. One that differs in amount and in service
-- date is another patient's claim under a number used again. What answers no submission stays, with match 'none'.
-- grain: file_id, txn_no, row_no, k
-- slice: pcn (key)
-- restated by: intake.acknowledgements.pcn
-- restated by: intake.claims.pcn
-- restated by: intake.claims.clearinghouse_id via clearinghouse_id
with answers as (
    select
        file_id, txn_no, row_no, k, kind, outcome, category_code, status_code, pcn, batch_id, payer_claim_id,
        clearinghouse_id, acknowledged_txn, amount, service_from, acknowledged_at, event_date,
        ltrim(acknowledged_control, '0') as control
    from intake.acknowledgements
    where pcn in (select key from ops.restating) and event_date >= $horizon and level = 'claim'
),

possible as (
    select
        a.file_id, a.txn_no, a.row_no, a.k, a.acknowledged_at, s.submission_id, s.pcn, s.submitted_at, s.event_date,
        1 as same_pcn,
        case when s.clearinghouse_id = a.clearinghouse_id then 1 else 0 end as same_clearinghouse_id,
        case when s.batch_id = a.batch_id then 1 else 0 end as same_batch,
        case
            when ltrim(s.group_control, '0') = a.control and s.txn_control = a.acknowledged_txn then 1 else 0
        end as same_controls,
        case when s.charge = a.amount then 1 when s.charge <> a.amount then -1 else 0 end as same_amount,
        case when s.service_from = a.service_from then 1 when s.service_from <> a.service_from then -1 else 0 end as same_service
    from answers as a
    inner join intake.claims as s on s.pcn = a.pcn
    where
        s.pcn in (select key from ops.restating) and s.event_date >= $horizon
        and s.event_date <= a.event_date and s.event_date >= a.event_date - interval '365 days'
    union all
    select
        a.file_id, a.txn_no, a.row_no, a.k, a.acknowledged_at, s.submission_id, s.pcn, s.submitted_at, s.event_date,
        0 as same_pcn,
        1 as same_clearinghouse_id,
        case when s.batch_id = a.batch_id then 1 else 0 end as same_batch,
        0 as same_controls,
        case when s.charge = a.amount then 1 when s.charge <> a.amount then -1 else 0 end as same_amount,
        case when s.service_from = a.service_from then 1 when s.service_from <> a.service_from then -1 else 0 end as same_service
    from answers as a
    inner join intake.claims as s on s.clearinghouse_id = a.clearinghouse_id and s.pcn <> a.pcn
    where
        s.event_date >= $horizon and s.event_date <= a.event_date and s.event_date >= a.event_date - interval '365 days'
        and (s.charge = a.amount or s.service_from = a.service_from)
),

submissions_that_nothing_contradicts as (
    select distinct
        file_id, txn_no, row_no, k, acknowledged_at, submission_id, pcn, submitted_at, event_date, same_pcn,
        same_clearinghouse_id, same_batch, same_controls, same_amount, same_service
    from possible
    where
        same_clearinghouse_id + same_batch + same_controls > 0 or same_amount + same_service > -2
),

submissions_by_what_they_share as (
    select
        file_id, txn_no, row_no, k, acknowledged_at, submission_id, pcn, submitted_at, event_date, same_pcn,
        same_clearinghouse_id, same_batch, same_controls, same_amount, same_service,
        rank() over (
            partition by file_id, txn_no, row_no, k
            order by
                same_pcn desc, same_clearinghouse_id desc, same_batch desc, same_controls desc,
                same_amount + same_service desc
        ) as place
    from submissions_that_nothing_contradicts
),

nearest as (
    select
        file_id, txn_no, row_no, k, submission_id, pcn, submitted_at, event_date,
        case
            when same_pcn = 0 then 'clearinghouse_id'
            when same_clearinghouse_id = 1 then 'pcn+clearinghouse_id'
            when same_batch = 1 then 'pcn+batch_id'
            when same_controls = 1 then 'pcn+controls'
            when same_amount = 1 and same_service = 1 then 'pcn+amount+service_date'
            when same_amount = 1 then 'pcn+amount'
            when same_service = 1 then 'pcn+service_date'
            else 'pcn'
        end as rule,
        count(*) over (partition by file_id, txn_no, row_no, k) as n_possible
    from submissions_by_what_they_share
    where place = 1
    qualify row_number() over (
        partition by file_id, txn_no, row_no, k
        order by
            case when submitted_at <= acknowledged_at then 0 else 1 end, submitted_at desc, submission_id desc, pcn,
            event_date desc
    ) = 1
),

answers_with_a_submission_of_the_number as (
    select distinct file_id, txn_no, row_no, k
    from possible
)

select
    a.file_id,  -- the file of the acknowledgement
    a.txn_no,  -- ordinal of its transaction set in that file
    a.row_no,  -- ordinal of its segment in that file
    a.k,  -- ordinal of the status within the segment
    a.kind,  -- 999, 997, 277CA or 277
    a.outcome,  -- accepted, accepted_with_errors, rejected or pending
    a.category_code,  -- the code that says so
    a.status_code,  -- the code that says why
    a.pcn,  -- the provider's claim number, as answered
    a.clearinghouse_id,  -- the clearinghouse's number
    a.payer_claim_id,  -- the payer's number
    n.submission_id,  -- the submission answered
    coalesce(n.pcn, a.pcn) as claim_pcn,  -- claim number of that submission; as answered where there is none
    coalesce(
        n.rule, case when p.file_id is not null then 'pcn_of_another_claim' else 'unknown_pcn' end
    ) as rule,  -- identifiers that agree; where nothing matches: unknown_pcn or pcn_of_another_claim
    case when n.rule is null then 'none' when n.n_possible = 1 then 'one' else 'nearest' end as match,  -- one, nearest (the last sent of several) or none
    cast(coalesce(n.n_possible, 0) as bigint) as n_possible,  -- submissions that share the same with it
    n.event_date as submitted_on,  -- day of that submission
    n.submitted_at,  -- when its batch was built
    a.acknowledged_at,  -- when it was acknowledged
    a.event_date as acknowledged_on  -- its day, in the office's time zone
from answers as a
left join nearest as n on n.file_id = a.file_id and n.txn_no = a.txn_no and n.row_no = a.row_no and n.k = a.k
left join answers_with_a_submission_of_the_number as p
    on p.file_id = a.file_id and p.txn_no = a.txn_no and p.row_no = a.row_no and p.k = a.k
