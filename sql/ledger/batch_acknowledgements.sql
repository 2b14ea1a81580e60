-- One row per acknowledgement of many claims at once (TA1, 999 or 997 of a group or transaction, 277CA of a receiver or
-- provider), matched to what the office sent. Control numbers come round again, so the answer belongs to the last sending
-- under its number in the 14 days before. What answers nothing that was sent stays, with match 'none'.
-- Leading zeros of interchange and group numbers mean nothing and are ignored.
-- grain: file_id, txn_no, row_no, k
-- slice: acknowledged_on
-- restated by: intake.acknowledgements.event_date
-- restated by: ledger.sent_batches.submitted_on and 14 days after
with answers as (
    select
        file_id, txn_no, row_no, k, kind, level, outcome, category_code, acknowledged_control, acknowledged_txn, batch_id,
        acknowledged_at, event_date, ltrim(acknowledged_control, '0') as control
    from intake.acknowledgements
    where event_date between $from and $to and (level <> 'claim' or pcn is null)
),

sent as (
    select
        file_id, txn_no, ltrim(interchange_control, '0') as interchange, ltrim(group_control, '0') as grouped, txn_control,
        batch_id, n_claims, submitted_at, submitted_on
    from ledger.sent_batches
    where submitted_on between $from - interval '14 days' and $to
),

sent_interchanges as (
    select file_id, interchange, sum(n_claims) as n_claims, min(submitted_at) as submitted_at, submitted_on
    from sent
    group by file_id, interchange, submitted_on
),

sent_groups as (
    select file_id, grouped, sum(n_claims) as n_claims, min(submitted_at) as submitted_at, submitted_on
    from sent
    group by file_id, grouped, submitted_on
),

possible as (
    select
        a.file_id, a.txn_no, a.row_no, a.k, 'interchange_control' as rule, a.acknowledged_at, s.file_id as sent_file_id,
        cast(null as integer) as sent_txn_no, s.n_claims, s.submitted_at, s.submitted_on
    from answers as a
    inner join sent_interchanges as s on s.interchange = a.control
    where
        a.level = 'interchange'
        and s.submitted_on <= a.event_date and s.submitted_on >= a.event_date - interval '14 days'
    union all
    select
        a.file_id, a.txn_no, a.row_no, a.k, 'group_control' as rule, a.acknowledged_at, s.file_id as sent_file_id,
        cast(null as integer) as sent_txn_no, s.n_claims, s.submitted_at, s.submitted_on
    from answers as a
    inner join sent_groups as s on s.grouped = a.control
    where
        a.level = 'group'
        and s.submitted_on <= a.event_date and s.submitted_on >= a.event_date - interval '14 days'
    union all
    select
        a.file_id, a.txn_no, a.row_no, a.k, 'group_control+txn_control' as rule, a.acknowledged_at,
        s.file_id as sent_file_id, s.txn_no as sent_txn_no, s.n_claims, s.submitted_at, s.submitted_on
    from answers as a
    inner join sent as s on s.grouped = a.control and s.txn_control = a.acknowledged_txn
    where
        a.level = 'transaction'
        and s.submitted_on <= a.event_date and s.submitted_on >= a.event_date - interval '14 days'
    union all
    select
        a.file_id, a.txn_no, a.row_no, a.k, 'batch_id' as rule, a.acknowledged_at, s.file_id as sent_file_id,
        s.txn_no as sent_txn_no, s.n_claims, s.submitted_at, s.submitted_on
    from answers as a
    inner join sent as s on s.batch_id = a.batch_id
    where
        a.level in ('receiver', 'provider', 'payer')
        and s.submitted_on <= a.event_date and s.submitted_on >= a.event_date - interval '14 days'
),

nearest as (
    select
        file_id, txn_no, row_no, k, rule, sent_file_id, sent_txn_no, n_claims, submitted_at, submitted_on,
        count(*) over (partition by file_id, txn_no, row_no, k) as n_possible
    from possible
    -- An answer that tells no time stands at midnight, so one that seems to come before its batch is second best, not wrong.
    qualify row_number() over (
        partition by file_id, txn_no, row_no, k
        order by
            case when submitted_at <= acknowledged_at then 0 else 1 end, submitted_at desc, submitted_on desc,
            sent_file_id, sent_txn_no
    ) = 1
)

select
    a.file_id,  -- the file of the acknowledgement
    a.txn_no,  -- ordinal of its transaction set in that file; 0 for a TA1
    a.row_no,  -- ordinal of its segment in that file
    a.k,  -- ordinal of the status within the segment
    a.kind,  -- TA1, 997, 999, 277CA or 277
    a.level,  -- interchange, group, transaction, receiver, provider or payer; claim where no claim number was given
    a.outcome,  -- accepted, accepted_with_errors, rejected or pending
    a.category_code,  -- the code that says so
    a.acknowledged_control,  -- control number of the interchange or group answered
    a.acknowledged_txn,  -- control number of the transaction answered
    a.batch_id,  -- the office's number of the batch answered (277CA)
    case
        when n.rule is not null then n.rule
        when a.level in ('interchange', 'group') and a.acknowledged_control is not null then 'unknown_control'
        when a.level = 'transaction' and a.acknowledged_control is not null and a.acknowledged_txn is not null
            then 'unknown_control'
        when a.level in ('receiver', 'provider', 'payer') and a.batch_id is not null then 'unknown_batch'
        else 'nothing_named'
    end as rule,  -- identifiers that agree; where nothing matches: unknown_control, unknown_batch or nothing_named
    case when n.rule is null then 'none' when n.n_possible = 1 then 'one' else 'nearest' end as match,  -- one, nearest (the last sent of several) or none
    cast(coalesce(n.n_possible, 0) as bigint) as n_possible,  -- sendings that the numbers fit
    n.sent_file_id,  -- the claim file answered
    n.sent_txn_no,  -- the transaction set in it; null where the whole group or interchange is answered
    cast(coalesce(n.n_claims, 0) as bigint) as n_claims,  -- claims that it speaks of
    n.submitted_on,  -- day on which they went out
    a.acknowledged_at,  -- when it was acknowledged
    a.event_date as acknowledged_on  -- its day, in the office's time zone
from answers as a
left join nearest as n on n.file_id = a.file_id and n.txn_no = a.txn_no and n.row_no = a.row_no and n.k = a.k
