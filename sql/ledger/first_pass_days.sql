-- One row per payer and day of first submission: original claims to a primary payer that first went out that day, how many
-- of them a payer has judged since, and how many passed at once: the first judgement paid something or put it on the
-- patient, denied no line, and nobody had to correct, void or appeal the claim. A reversal and the payer's own correction
-- do not change the first judgement. The state of today, so young days still fill up.
-- grain: payer_id, first_submitted_on
-- slice: first_submitted_on
-- restated by: ledger.first_passes.first_submitted_on
-- restated by: ledger.claims.first_submitted_on
-- restated by: ledger.adjudications.pcn via ledger.claims.pcn
with claims_first_sent_out as (
    select c.payer_id, c.first_submitted_on, c.charge, c.first_remit_claim_id, c.first_adjudicated_on, c.first_is_denied, f.is_reworked
    from ledger.claims as c
    inner join ledger.first_passes as f on f.pcn = c.pcn
    where c.first_submitted_on between $from and $to and c.is_original and c.is_primary
),

claims_with_their_first_judgement as (
    select
        c.payer_id, c.first_submitted_on, c.charge, c.first_adjudicated_on,
        not c.first_is_denied and not c.is_reworked and (a.paid > 0 or a.patient_responsibility > 0) as is_passed
    from claims_first_sent_out as c
    left join ledger.adjudications as a
        on a.remit_claim_id = c.first_remit_claim_id and a.adjudicated_on = c.first_adjudicated_on
)

select
    payer_id,  -- payer first billed
    count(*) as n_submitted,  -- claims first sent out
    cast(coalesce(sum(charge), 0) as decimal(18, 2)) as charge,  -- what they charge, USD
    count(first_adjudicated_on) as n_adjudicated,  -- of those judged by now
    count(*) filter (where is_passed) as n_passed,  -- of those passed at once
    first_submitted_on  -- day of the first submission
from claims_with_their_first_judgement
group by payer_id, first_submitted_on
