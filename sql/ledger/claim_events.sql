-- One row per event in the life of a claim, in order: submitted (837), the file taken or refused (999, 997, TA1), the claim
-- taken or refused (277CA, 277), and what payers decided (835). Each says where it stands in which file, which submission
-- it belongs to and which identifiers say so. Events that answer no submission stand under the claim number they carry.
-- An answer to a whole file is told once per claim: by transaction; by group where no transaction is answered; anything
-- wider only where it refuses.
-- grain: pcn, step
-- slice: pcn (key)
-- restated by: ledger.submissions.pcn
-- restated by: intake.claims.pcn
-- restated by: ledger.batch_acknowledgements.sent_file_id via intake.claims.file_id
-- restated by: ledger.claim_acknowledgements.claim_pcn
-- restated by: ledger.remit_matches.claim_pcn
with claims_in_every_file as (
    select
        pcn, submission_id, event_date, file_id, txn_no, ltrim(interchange_control, '0') as interchange,
        ltrim(group_control, '0') as grouped
    from intake.claims
    where pcn in (select key from ops.restating) and event_date >= $horizon
),

answers_to_files as (
    select
        b.file_id, b.txn_no, b.row_no, b.k, b.kind, b.level, b.outcome, b.category_code, b.rule, b.match, b.sent_file_id,
        b.sent_txn_no, b.acknowledged_at, b.acknowledged_on, ltrim(b.acknowledged_control, '0') as control
    from ledger.batch_acknowledgements as b
    where
        b.acknowledged_on >= $horizon and b.sent_file_id in (select file_id from claims_in_every_file)
        and (
            b.level = 'transaction' or b.outcome = 'rejected'
            or (
                b.level = 'group'
                and not exists (
                    select 1
                    from ledger.batch_acknowledgements as t
                    where t.level = 'transaction' and t.file_id = b.file_id and t.sent_file_id = b.sent_file_id
                )
            )
        )
),

answers_to_the_files_of_a_claim as (
    select
        c.pcn, c.submission_id, c.event_date as submitted_on, a.kind, a.outcome, a.category_code, a.rule, a.match,
        a.acknowledged_at, a.acknowledged_on, a.file_id, a.row_no
    from claims_in_every_file as c
    inner join answers_to_files as a
        on a.sent_file_id = c.file_id
        and (
            a.sent_txn_no = c.txn_no
            or (a.sent_txn_no is null and a.level = 'group' and a.control = c.grouped)
            or (a.sent_txn_no is null and a.level = 'interchange' and a.control = c.interchange)
        )
    qualify row_number() over (
        partition by c.pcn, c.submission_id, c.event_date, a.kind, a.level, a.outcome, a.acknowledged_at
        order by a.file_id, a.txn_no, a.row_no, a.k, c.file_id, c.txn_no
    ) = 1
),

answers_to_claims as (
    select
        claim_pcn, submission_id, submitted_on, submitted_at, kind, outcome, category_code, rule, match, payer_claim_id,
        clearinghouse_id, acknowledged_at, acknowledged_on, file_id, row_no
    from ledger.claim_acknowledgements
    where claim_pcn in (select key from ops.restating) and acknowledged_on >= $horizon
    -- One status may come as up to three codes, and a transaction in two envelopes.
    qualify row_number() over (
        partition by claim_pcn, submission_id, submitted_on, kind, outcome, acknowledged_at
        order by file_id, txn_no, row_no, k
    ) = 1
),

events as (
    select
        pcn, 1 as stage, 'submitted' as event, '837' as source, submission_id, submitted_on,
        cast(null as varchar) as remit_claim_id, cast(null as varchar) as payer_claim_id, clearinghouse_id,
        cast(null as varchar) as code, 'itself' as rule, 'one' as match, charge as amount, submitted_at as occurred_at,
        submitted_on as occurred_on, file_id, row_no
    from ledger.submissions
    where pcn in (select key from ops.restating) and submitted_on >= $horizon
    union all
    select
        pcn, 2 as stage, 'file_' || outcome as event, kind as source, submission_id, submitted_on,
        cast(null as varchar) as remit_claim_id, cast(null as varchar) as payer_claim_id,
        cast(null as varchar) as clearinghouse_id, category_code as code, rule, match,
        cast(null as decimal(18, 2)) as amount, acknowledged_at as occurred_at, acknowledged_on as occurred_on, file_id, row_no
    from answers_to_the_files_of_a_claim
    union all
    select
        claim_pcn as pcn, 3 as stage, 'claim_' || outcome as event, kind as source, submission_id, submitted_on,
        cast(null as varchar) as remit_claim_id, payer_claim_id, clearinghouse_id, category_code as code, rule, match,
        cast(null as decimal(18, 2)) as amount,
        -- Where the answer tells a day only it stands at midnight, before what it answers.
        case when submitted_at > acknowledged_at then submitted_at else acknowledged_at end as occurred_at,
        acknowledged_on as occurred_on, file_id, row_no
    from answers_to_claims
    union all
    select
        claim_pcn as pcn, 4 as stage, event, '835' as source, submission_id, submitted_on, remit_claim_id, payer_claim_id,
        cast(null as varchar) as clearinghouse_id, cast(null as varchar) as code, rule, match, paid as amount,
        cast(null as timestamp with time zone) as occurred_at, adjudicated_on as occurred_on, file_id, row_no
    from ledger.remit_matches
    where claim_pcn in (select key from ops.restating) and adjudicated_on >= $horizon
)

select
    pcn,  -- the provider's claim number
    cast(row_number() over (
        partition by pcn
        order by
            occurred_on, case when stage = 4 then 1 else 0 end, occurred_at, stage, source, file_id, row_no, event,
            submission_id, remit_claim_id
    ) as bigint) as step,  -- 1 for the first event of the claim number
    event,  -- submitted; file_ or claim_ with accepted, accepted_with_errors, rejected or pending; paid, partly_denied, denied, adjudicated, reversed, forwarded, predetermined
    source,  -- 837, TA1, 997, 999, 277CA, 277 or 835
    submission_id,  -- the submission that it belongs to; null where none was found
    submitted_on,  -- day of that submission
    remit_claim_id,  -- the adjudication, where it is one
    clearinghouse_id,  -- the clearinghouse's number, where the event carries one
    payer_claim_id,  -- the payer's number, where the event carries one
    code,  -- the acknowledgement's code
    cast(amount as decimal(18, 2)) as amount,  -- charge submitted or amount paid, USD
    rule,  -- identifiers that tie it to the submission
    match,  -- one, nearest (of several) or none
    file_id,  -- the file that says so
    row_no,  -- ordinal of the segment in that file
    occurred_at,  -- when; null where only the day is known
    occurred_on  -- day, in the office's time zone; payment date of a remittance
from events
