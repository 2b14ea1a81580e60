-- One row per chart whose coding was finished, as delivered last: who coded it, who assigned it, and the claim that bills it.
-- The claim is the one that coding names, else the first one that charge entry made of the visit.
-- grain: encounter_id
-- slice: encounter_id (key)
-- restated by: intake.coding.encounter_id
-- restated by: intake.charge_entries.encounter_id
-- restated by: ledger.first_passes.pcn via pcn
with latest_delivery_of_each_chart as (
    select encounter_id, pcn, coder_id, assigned_by, setting, drg, n_codes, event_date
    from intake.coding
    where encounter_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by encounter_id order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

first_entry_of_each_visit as (
    select encounter_id, pcn
    from intake.charge_entries
    where encounter_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (partition by encounter_id order by entered_at, pcn, delivery_date, file_id, row_no) = 1
),

charts_with_their_claim as (
    select
        c.encounter_id, coalesce(c.pcn, e.pcn) as pcn, c.coder_id, c.assigned_by, c.setting, c.drg, c.n_codes, c.event_date
    from latest_delivery_of_each_chart as c
    left join first_entry_of_each_visit as e on e.encounter_id = c.encounter_id
)

select
    c.encounter_id,  -- visit or stay
    c.pcn,  -- claim number that bills it
    c.coder_id,  -- who coded it
    coalesce(c.assigned_by, 'unknown') as assigned_by,  -- queue, lead or self; unknown
    coalesce(c.setting, 'unknown') as setting,  -- professional, outpatient or inpatient; unknown
    c.drg,  -- inpatient DRG
    c.n_codes,  -- codes assigned
    coalesce(p.complexity, 'medium') as complexity,  -- of its claim, by the first submission; medium while unknown
    p.payer_id,  -- payer of its claim
    p.first_submission_id,  -- first submission of its claim
    p.first_submitted_on,  -- day of that submission
    coalesce(p.is_original, false) as is_original,  -- whether its claim began as an original one
    coalesce(p.is_first_pass, false) as is_first_pass,  -- whether its claim is an original one to a primary payer
    p.scrubbed_on,  -- day on which the scrubber accepted its claim
    coalesce(p.n_coding_edits, 0) as n_coding_edits,  -- edits of the coding family on the claim's first pass
    p.is_accepted_at_once,  -- whether the front end's first answer took it; null without an answer
    p.first_adjudicated_on,  -- day of the first adjudication
    p.is_settled_at_once,  -- judged at first as paid or the patient's, no line denied, never reworked; null until judged
    c.event_date as coded_on  -- day on which coding was final
from charts_with_their_claim as c
left join ledger.first_passes as p on p.pcn = c.pcn
