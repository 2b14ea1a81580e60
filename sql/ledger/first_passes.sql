-- One row per claim number that was entered or sent out: who entered it, and how its first pass went at the scrubber,
-- the front end and the payer. The front end's answer is the first 277CA on the first submission or its batch. Edits count
-- that fired before the first release in the first version of the claim, fixed by whomever; a warning on which nobody acted
-- stopped nothing and is none.
-- grain: pcn
-- slice: pcn (key)
-- restated by: ledger.claims.pcn
-- restated by: ledger.submissions.pcn
-- restated by: ledger.replacements.replaced_pcn
-- restated by: ledger.adjudications.pcn
-- restated by: ledger.claim_events.pcn
-- restated by: intake.charge_entries.pcn
-- restated by: intake.scrubber_events.pcn
with claims_entered_or_sent_out as (
    select
        pcn, payer_id, complexity, charge_entered_on, charge_entered_by, scrubbed_on, first_adjudicated_on,
        first_is_denied, first_remit_claim_id, is_original, is_primary, is_reworked, first_submitted_on
    from ledger.claims
    where
        pcn in (select key from ops.restating)
        and (charge_entered_on is not null or first_submitted_on is not null)
),

charge_entry as (
    select pcn, encounter_id, payer_class, n_lines, doc_final_at, entered_at, service_date
    from intake.charge_entries
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (partition by pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

first_submission as (
    select pcn, submission_id, claim_type, service_from, service_to, n_lines, submitted_on
    from ledger.submissions
    where pcn in (select key from ops.restating) and submitted_on >= $horizon
    qualify row_number() over (partition by pcn order by submitted_at, submission_id) = 1
),

first_answer as (
    select e.pcn, e.event in ('claim_accepted', 'claim_accepted_with_errors') as is_accepted
    from ledger.claim_events as e
    inner join first_submission as s
        on s.pcn = e.pcn and s.submission_id = e.submission_id and s.submitted_on = e.submitted_on
    where
        e.pcn in (select key from ops.restating) and e.source = '277CA'
        and e.event in ('claim_accepted', 'claim_accepted_with_errors', 'claim_rejected', 'file_rejected')
    qualify row_number() over (partition by e.pcn order by e.step) = 1
),

scrubber_events_with_the_release as (
    select
        pcn, event, lower(edit_family) as edit_family, occurred_at, severity, resolved_at,
        min(case when event = 'released' then occurred_at end) over (partition by pcn) as released_at
    from (
        select pcn, event, edit_family, occurred_at, severity, resolved_at, version_no
        from intake.scrubber_events
        where pcn in (select key from ops.restating) and event_date >= $horizon
        qualify row_number() over (partition by pcn, event_id, event order by delivery_date desc, file_id desc, row_no desc) = 1
    ) as latest_delivery_of_each_event
    where coalesce(version_no, 1) = 1
),

edits_of_the_first_pass as (
    select
        pcn,
        count(*) filter (where edit_family = 'coding') as n_coding,
        count(*) filter (where edit_family = 'charge') as n_charge,
        count(*) filter (where edit_family = 'registration') as n_registration,
        count(*) as n_edits
    from scrubber_events_with_the_release
    where
        event = 'edit' and (released_at is null or occurred_at <= released_at)
        and not (coalesce(severity, 'error') = 'warning' and resolved_at is null)
    group by pcn
),

paid_or_put_on_the_patient as (
    select remit_claim_id, pcn, adjudicated_on
    from ledger.adjudications
    where
        pcn in (select key from ops.restating) and adjudicated_on >= $horizon
        and (paid > 0 or patient_responsibility > 0)
),

replaced_later as (
    select distinct replaced_pcn as pcn
    from ledger.replacements
    where replaced_pcn in (select key from ops.restating) and submitted_on >= $horizon
)

select
    c.pcn,  -- the provider's claim number
    e.encounter_id,  -- visit or stay that was billed
    c.payer_id,  -- payer first billed, else entered
    coalesce(e.payer_class, 'unknown') as payer_class,  -- commercial, medicare, medicaid, self_pay or other, as entered; unknown
    c.complexity,  -- low, medium or high by the first submission; medium while unknown
    c.charge_entered_by as entered_by,  -- who entered the charges; null where no entry is known
    c.charge_entered_on as entered_on,  -- day of charge entry
    cast(coalesce(e.n_lines, s.n_lines, 0) as bigint) as n_lines,  -- charge lines entered, else service lines sent
    cast(date_diff('second', e.doc_final_at, e.entered_at) as bigint) as entry_lag_s,  -- seconds from the signed note to the entry
    s.submission_id as first_submission_id,  -- the first submission
    s.claim_type,  -- P professional, I institutional, D dental
    coalesce(s.service_from, e.service_date) as service_from,  -- first service date
    coalesce(s.service_to, s.service_from, e.service_date) as service_to,  -- last service date
    c.first_submitted_on,  -- day of the first submission
    c.is_original,  -- whether it began as an original claim
    c.is_original and c.is_primary as is_first_pass,  -- an original claim to a primary payer: what first-pass rates look at
    c.scrubbed_on,  -- day of the first acceptance into the scrubber
    cast(coalesce(d.n_coding, 0) as bigint) as n_coding_edits,  -- edits of the coding family
    cast(coalesce(d.n_charge, 0) as bigint) as n_charge_edits,  -- edits of the charge family
    cast(coalesce(d.n_registration, 0) as bigint) as n_registration_edits,  -- edits of the registration family
    cast(coalesce(d.n_edits, 0) as bigint) as n_edits,  -- edits of any family
    k.is_accepted as is_accepted_at_once,  -- whether the front end's first answer took it; null without an answer
    c.first_adjudicated_on,  -- day of the first adjudication
    c.first_is_denied,  -- whether a line was denied then
    c.is_reworked or r.pcn is not null as is_reworked,  -- replaced, voided or appealed, under whatever claim number
    case
        when c.first_adjudicated_on is not null
            then a.pcn is not null and not c.first_is_denied and not c.is_reworked and r.pcn is null
    end as is_settled_at_once  -- judged at first as paid or the patient's, no line denied, never reworked; null until judged
from claims_entered_or_sent_out as c
left join charge_entry as e on e.pcn = c.pcn
left join first_submission as s on s.pcn = c.pcn
left join first_answer as k on k.pcn = c.pcn
left join edits_of_the_first_pass as d on d.pcn = c.pcn
left join paid_or_put_on_the_patient as a
    on a.remit_claim_id = c.first_remit_claim_id and a.pcn = c.pcn and a.adjudicated_on = c.first_adjudicated_on
left join replaced_later as r on r.pcn = c.pcn
