-- One row per claim number: its life from charge entry over the scrubber and the front end to the last payment.
-- Remittances of claims that were never seen going out are kept, with has_submission false. Reversals net in `paid`
-- and never replace the first adjudication. Events older than $horizon are not looked for.
-- grain: pcn
-- slice: pcn (key)
-- restated by: ledger.submissions.pcn
-- restated by: ledger.claim_starts.pcn
-- restated by: ledger.adjudications.pcn
-- restated by: intake.appeals.pcn
with first_submission as (
    select
        pcn, claim_type, frequency_code, payer_seq, payer_id, charge, service_from, n_lines, n_diagnoses, complexity,
        submitted_on,
        count(*) over (partition by pcn) as n_submissions,
        max(case when frequency_code in ('7', '8') then 1 else 0 end) over (partition by pcn) as n_replacements
    from ledger.submissions
    where pcn in (select key from ops.restating) and submitted_on >= $horizon
    qualify row_number() over (partition by pcn order by submitted_at, submission_id) = 1
),

start as (
    select
        pcn, payer_id, service_date, charge, charge_entered_on, charge_entered_by, coder_id, coded_on, scrubbed_on,
        n_human_edits, is_clean, first_acknowledged_on, first_front_end_outcome
    from ledger.claim_starts
    where pcn in (select key from ops.restating)
),

adjudications_in_order as (
    select
        pcn, remit_claim_id, payer_id, payer_rank, frequency_code, charge, denied_charge, is_denied, adjudicated_on,
        sum(paid) over (partition by pcn) as total_paid,
        max(adjudicated_on) over (partition by pcn) as last_adjudicated_on,
        count(*) filter (where not is_reversal) over (partition by pcn) as n_adjudications,
        status_code not in ('22', '23', '25') as is_decision,
        row_number() over (
            partition by pcn
            order by
                case when status_code in ('22', '23', '25') then 1 else 0 end,
                case when payer_rank = 1 then 0 else 1 end,
                adjudicated_on, row_no, remit_claim_id
        ) as place
    from ledger.adjudications
    where pcn in (select key from ops.restating) and adjudicated_on >= $horizon
),

first_adjudication as (
    select
        pcn, remit_claim_id, payer_id, payer_rank, frequency_code, charge, denied_charge, is_denied, adjudicated_on,
        total_paid, last_adjudicated_on, n_adjudications, is_decision
    from adjudications_in_order
    where place = 1
),

appealed as (
    select distinct pcn
    from intake.appeals
    where pcn in (select key from ops.restating) and event_date >= $horizon
),

claims_seen_anywhere as (
    select pcn from first_submission
    union
    select pcn from start
    union
    select pcn from first_adjudication
)

select
    p.pcn,  -- the provider's claim number
    s.claim_type,  -- P professional, I institutional, D dental; first submission
    coalesce(s.payer_id, e.payer_id, a.payer_id, 'unknown') as payer_id,  -- payer first billed, else entered, else paying
    coalesce(s.complexity, 'medium') as complexity,  -- low, medium, high by the first submission; medium while unknown
    coalesce(s.service_from, e.service_date) as service_from,  -- first service date
    cast(coalesce(s.charge, e.charge, a.charge) as decimal(18, 2)) as charge,  -- submitted, else entered, else adjudicated, USD
    s.n_lines,  -- service lines, first submission
    s.n_diagnoses,  -- diagnosis codes, first submission
    cast(coalesce(s.n_submissions, 0) as bigint) as n_submissions,  -- submissions seen
    s.submitted_on as first_submitted_on,  -- day of the first submission
    e.first_acknowledged_on,  -- day of the first claim-level 277CA that decides
    e.first_front_end_outcome,  -- accepted, accepted_with_errors or rejected, by that 277CA
    e.charge_entered_on,  -- day of charge entry
    e.charge_entered_by,  -- who entered the charges
    e.coder_id,  -- who coded the visit
    e.coded_on,  -- day on which coding was final
    e.scrubbed_on,  -- day of the first acceptance into the scrubber
    cast(coalesce(e.n_human_edits, 0) as bigint) as n_human_edits,  -- edits before release left to people; ignored warnings are none
    e.is_clean,  -- released without a human fix, false until released; null before the scrubber accepted it
    coalesce(s.frequency_code, a.frequency_code, '1') = '1' as is_original,  -- whether it began as an original claim
    coalesce(s.payer_seq, 'P') = 'P' and coalesce(a.payer_rank, 1) = 1 as is_primary,  -- billed to and judged by the primary
    case when a.is_decision then a.adjudicated_on end as first_adjudicated_on,  -- by the primary payer, else by anyone
    case when a.is_decision then a.is_denied end as first_is_denied,  -- whether a line was denied then
    case when a.is_decision then a.remit_claim_id end as first_remit_claim_id,  -- that adjudication
    case when a.is_decision then a.charge end as first_adjudicated_charge,  -- charge judged then, USD
    case when a.is_decision then a.denied_charge end as first_denied_charge,  -- of that denied, USD
    cast(coalesce(a.n_adjudications, 0) as bigint) as n_adjudications,  -- adjudications other than reversals
    cast(coalesce(a.total_paid, 0) as decimal(18, 2)) as paid,  -- paid in sum, reversals taken off, USD
    a.last_adjudicated_on,  -- day of the last adjudication or reversal
    s.pcn is not null as has_submission,  -- false: a remittance or entry without a claim file
    coalesce(s.n_replacements, 0) > 0 or r.pcn is not null as is_reworked  -- replaced, voided or appealed
from claims_seen_anywhere as p
left join first_submission as s on s.pcn = p.pcn
left join start as e on e.pcn = p.pcn
left join first_adjudication as a on a.pcn = p.pcn
left join appealed as r on r.pcn = p.pcn
