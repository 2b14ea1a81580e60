-- One row per claim number, source and day on which the office's own logs speak of it: tracked activity, the work log,
-- work queues, the denial worklist, appeals, payments and calls; and what is known of a claim under that number.
-- A number that no claim file, charge entry, remittance, coding or scrubber log knows is counted as unknown.
-- grain: pcn, source, referred_on
-- slice: pcn (key)
-- restated by: intake.activity.claim_ref
-- restated by: intake.work_log.pcn
-- restated by: intake.queue_events.pcn
-- restated by: intake.denial_worklist.pcn
-- restated by: intake.appeals.pcn
-- restated by: intake.payments.pcn
-- restated by: intake.calls.pcn
-- restated by: ledger.claims.pcn
with rows_that_name_a_claim as (
    select claim_ref as pcn, 'activity' as source, event_date
    from intake.activity
    where claim_ref in (select key from ops.restating) and event_date >= $horizon
    union all
    select pcn, 'work_log' as source, event_date
    from intake.work_log
    where pcn in (select key from ops.restating) and event_date >= $horizon
    union all
    select pcn, 'queue_events' as source, event_date
    from intake.queue_events
    where pcn in (select key from ops.restating) and event_date >= $horizon
    union all
    select pcn, 'denial_worklist' as source, event_date
    from intake.denial_worklist
    where pcn in (select key from ops.restating) and event_date >= $horizon
    union all
    select pcn, 'appeals' as source, event_date
    from intake.appeals
    where pcn in (select key from ops.restating) and event_date >= $horizon
    union all
    select pcn, 'payments' as source, event_date
    from intake.payments
    where pcn in (select key from ops.restating) and event_date >= $horizon
    union all
    select pcn, 'calls' as source, event_date
    from intake.calls
    where pcn in (select key from ops.restating) and event_date >= $horizon
),

references_of_each_day as (
    select pcn, source, event_date, count(*) as n_rows
    from rows_that_name_a_claim
    group by pcn, source, event_date
)

select
    r.pcn,  -- claim number, as the log gives it
    r.source,  -- activity, work_log, queue_events, denial_worklist, appeals, payments or calls
    case
        when c.has_submission then 'submission'
        when c.charge_entered_on is not null then 'charge_entry'
        when c.n_adjudications > 0 then 'remittance'
        when c.coded_on is not null or c.scrubbed_on is not null then 'coding'
        else 'unknown_pcn'
    end as rule,  -- the first that knows the number: submission, charge_entry, remittance or coding (with the scrubber); unknown_pcn where none does
    cast(r.n_rows as bigint) as n_rows,  -- rows that name it
    r.event_date as referred_on  -- day of those rows
from references_of_each_day as r
left join ledger.claims as c on c.pcn = r.pcn and c.pcn in (select key from ops.restating)
