-- One row per submission that replaces or voids an earlier claim (frequency 7 or 8, or a REF*F8), with what it replaces:
-- the last adjudication under the payer's number that it names, else the acknowledged submission under that number, else
-- the last adjudication of its own claim number. A replacement may carry another claim number than the claim it replaces.
-- grain: submission_id, pcn, submitted_on
-- slice: pcn (key)
-- restated by: ledger.submissions.pcn
-- restated by: ledger.adjudications.pcn
-- restated by: ledger.adjudications.payer_claim_id via original_ref
-- restated by: ledger.claim_acknowledgements.payer_claim_id via original_ref
with replacing as (
    select submission_id, pcn, frequency_code, original_ref, submitted_at, submitted_on
    from ledger.submissions
    where
        pcn in (select key from ops.restating) and submitted_on >= $horizon
        and (frequency_code in ('7', '8') or original_ref is not null)
),

possible as (
    select
        r.submission_id, r.pcn, r.submitted_on, 1 as preference, 'original_ref_of_a_remittance' as rule,
        a.pcn as replaced_pcn, a.remit_claim_id as replaced_remit_claim_id,
        cast(null as varchar) as replaced_submission_id, a.adjudicated_on as replaced_on, a.row_no
    from replacing as r
    inner join ledger.adjudications as a on a.payer_claim_id = r.original_ref
    where a.adjudicated_on >= $horizon and a.adjudicated_on <= r.submitted_on and not a.is_reversal
    union all
    select
        r.submission_id, r.pcn, r.submitted_on, 2 as preference, 'original_ref_of_an_acknowledgement' as rule,
        k.claim_pcn as replaced_pcn, cast(null as varchar) as replaced_remit_claim_id,
        k.submission_id as replaced_submission_id, k.acknowledged_on as replaced_on, k.row_no
    from replacing as r
    inner join ledger.claim_acknowledgements as k on k.payer_claim_id = r.original_ref
    where
        k.acknowledged_on >= $horizon and k.acknowledged_on <= r.submitted_on and k.submission_id is not null
        and k.submission_id <> r.submission_id
    union all
    select
        r.submission_id, r.pcn, r.submitted_on, 3 as preference, 'pcn' as rule, a.pcn as replaced_pcn,
        a.remit_claim_id as replaced_remit_claim_id, cast(null as varchar) as replaced_submission_id,
        a.adjudicated_on as replaced_on, a.row_no
    from replacing as r
    inner join ledger.adjudications as a on a.pcn = r.pcn
    where
        a.pcn in (select key from ops.restating) and a.adjudicated_on >= $horizon
        and a.adjudicated_on <= r.submitted_on and not a.is_reversal
),

best as (
    select
        submission_id, pcn, submitted_on, rule, replaced_pcn, replaced_remit_claim_id, replaced_submission_id, replaced_on,
        count(*) over (partition by submission_id, pcn, submitted_on, preference) as n_possible
    from possible
    qualify row_number() over (
        partition by submission_id, pcn, submitted_on
        order by preference, replaced_on desc, row_no desc, replaced_remit_claim_id desc, replaced_submission_id desc, replaced_pcn
    ) = 1
)

select
    r.submission_id,  -- the submission that replaces or voids
    r.pcn,  -- its claim number
    r.frequency_code,  -- 7 replacement, 8 void; others where only REF*F8 says so
    r.original_ref,  -- REF*F8: the payer's number of the claim replaced, as sent
    b.replaced_pcn,  -- claim number of what it replaces
    b.replaced_remit_claim_id,  -- the adjudication that it replaces
    b.replaced_submission_id,  -- the submission that it replaces, where only an acknowledgement gave the payer's number
    coalesce(
        b.rule, case when r.original_ref is null then 'nothing_named' else 'unknown_original_ref' end
    ) as rule,  -- what links the two; where nothing matches: nothing_named or unknown_original_ref
    case when b.rule is null then 'none' when b.n_possible = 1 then 'one' else 'nearest' end as match,  -- one, nearest (the last of several) or none
    b.replaced_on,  -- day of what it replaces
    r.submitted_on  -- day on which it went out
from replacing as r
left join best as b on b.submission_id = r.submission_id and b.pcn = r.pcn and b.submitted_on = r.submitted_on
