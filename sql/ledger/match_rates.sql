-- One row per day, link and rule: how many rows had to be matched to something and how many were. Answers are counted on
-- the day they were given, claims on the day they went out. A claim waits for an answer only while nothing refused it, and
-- recent days are still waiting: links that begin with 'claim' fill up as answers come in.
-- A rate is sum(unmatched) over sum(n_rows); matched, ambiguous (the nearest of several was taken) and unmatched add up to n_rows.
-- grain: measured_on, link, rule
-- slice: measured_on
-- restated by: ledger.batch_acknowledgements.acknowledged_on
-- restated by: ledger.claim_acknowledgements.acknowledged_on
-- restated by: ledger.remit_matches.adjudicated_on
-- restated by: ledger.replacements.submitted_on
-- restated by: ledger.claim_references.referred_on
-- restated by: ledger.claim_events.submitted_on
with life_of_each_submission as (
    select
        submitted_on, pcn, submission_id,
        max(case when event like 'file%' then 1 else 0 end) as has_file_answer,
        max(case when event = 'file_rejected' then 1 else 0 end) as is_file_refused,
        max(case when source = '277CA' and event like 'claim%' then 1 else 0 end) as has_claim_answer,
        max(case when event = 'claim_rejected' then 1 else 0 end) as is_claim_refused,
        max(case when source = '835' then 1 else 0 end) as has_remittance
    from ledger.claim_events
    where submitted_on between $from and $to and submission_id is not null
    group by submitted_on, pcn, submission_id
),

links as (
    select kind || ' to batch' as link, rule, match, 1 as n_rows, acknowledged_on as measured_on
    from ledger.batch_acknowledgements
    where acknowledged_on between $from and $to
    union all
    select kind || ' to claim' as link, rule, match, 1 as n_rows, acknowledged_on as measured_on
    from ledger.claim_acknowledgements
    where acknowledged_on between $from and $to
    union all
    select '835 to claim' as link, rule, match, 1 as n_rows, adjudicated_on as measured_on
    from ledger.remit_matches
    where adjudicated_on between $from and $to
    union all
    select
        'reversal to adjudication' as link, takes_back_rule as rule,
        case when takes_back is null then 'none' else 'one' end as match, 1 as n_rows, adjudicated_on as measured_on
    from ledger.remit_matches
    where adjudicated_on between $from and $to and is_reversal
    union all
    select 'replacement to original' as link, rule, match, 1 as n_rows, submitted_on as measured_on
    from ledger.replacements
    where submitted_on between $from and $to
    union all
    select
        source || ' to claim' as link, rule, case when rule = 'unknown_pcn' then 'none' else 'one' end as match, n_rows,
        referred_on as measured_on
    from ledger.claim_references
    where referred_on between $from and $to
    union all
    select
        'claim to 999' as link, case when has_file_answer = 1 then 'answered' else 'unanswered' end as rule,
        case when has_file_answer = 1 then 'one' else 'none' end as match, 1 as n_rows, submitted_on as measured_on
    from life_of_each_submission
    union all
    select
        'claim to 277CA' as link, case when has_claim_answer = 1 then 'answered' else 'unanswered' end as rule,
        case when has_claim_answer = 1 then 'one' else 'none' end as match, 1 as n_rows, submitted_on as measured_on
    from life_of_each_submission
    where has_claim_answer = 1 or is_file_refused = 0
    union all
    select
        'claim to 835' as link, case when has_remittance = 1 then 'answered' else 'unanswered' end as rule,
        case when has_remittance = 1 then 'one' else 'none' end as match, 1 as n_rows, submitted_on as measured_on
    from life_of_each_submission
    where has_remittance = 1 or (is_file_refused = 0 and is_claim_refused = 0)
)

select
    link,  -- what is matched to what, such as '999 to batch' or '835 to claim'
    rule,  -- identifiers that agree, or why nothing matches
    cast(sum(n_rows) as bigint) as n_rows,  -- rows that had to be matched
    cast(sum(case when match = 'one' then n_rows else 0 end) as bigint) as matched,  -- of those, matched without doubt
    cast(sum(case when match = 'nearest' then n_rows else 0 end) as bigint) as ambiguous,  -- of those, matched to the nearest of several
    cast(sum(case when match = 'none' then n_rows else 0 end) as bigint) as unmatched,  -- of those, matched to nothing
    measured_on  -- day of the answer, of the reference, or of the claim's going out
from links
group by link, rule, measured_on
