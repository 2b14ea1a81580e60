-- One row per adjudicated claim of a remittance, matched to the submission it judges and, for a reversal, to the
-- adjudication it takes back. Of several submissions under a claim number the one whose payer claim number the front end
-- told is taken, else the one that shares service date or member, payer rank, payer, frequency and charge, then the last
-- before the payment. One that differs in service date and in member is another patient's claim under a number used again.
-- What answers no submission (paper claims, claims from before the logs began) stays, with match 'none'.
-- grain: remit_claim_id, adjudicated_on
-- slice: pcn (key)
-- restated by: ledger.adjudications.pcn
-- restated by: ledger.submissions.pcn
-- restated by: ledger.claim_acknowledgements.claim_pcn
-- restated by: ledger.claim_acknowledgements.payer_claim_id via payer_claim_id
with judged as (
    select
        remit_claim_id, pcn, payer_id, payer_claim_id, status_code, frequency_code, payer_rank, is_reversal, service_from,
        member_key, charge, paid, is_denied, file_id, row_no, adjudicated_on
    from ledger.adjudications
    where pcn in (select key from ops.restating) and adjudicated_on >= $horizon
),

taken_back as (
    select
        r.remit_claim_id, r.adjudicated_on, o.remit_claim_id as original_id, o.adjudicated_on as original_on,
        case
            when o.payer_claim_id = r.payer_claim_id and o.paid = -r.paid and o.charge = -r.charge then 'payer_claim_id+amount'
            when o.payer_claim_id = r.payer_claim_id then 'payer_claim_id'
            else 'amount'
        end as rule
    from judged as r
    inner join judged as o
        on o.pcn = r.pcn
        and (o.payer_claim_id = r.payer_claim_id or (o.paid = -r.paid and o.charge = -r.charge))
        and (o.adjudicated_on < r.adjudicated_on or (o.adjudicated_on = r.adjudicated_on and o.row_no < r.row_no))
    where r.is_reversal and not o.is_reversal
    qualify row_number() over (
        partition by r.remit_claim_id, r.adjudicated_on
        order by
            case when o.payer_claim_id = r.payer_claim_id then 0 else 1 end,
            case when o.paid = -r.paid and o.charge = -r.charge then 0 else 1 end,
            o.adjudicated_on desc, o.row_no desc, o.remit_claim_id desc
    ) = 1
),

-- A reversal answers the submission of the adjudication that it takes back, so that one is judged in its place.
judged_in_their_place as (
    select
        j.remit_claim_id, j.adjudicated_on, coalesce(o.pcn, j.pcn) as pcn,
        coalesce(o.payer_claim_id, j.payer_claim_id) as payer_claim_id, coalesce(o.payer_id, j.payer_id) as payer_id,
        coalesce(o.frequency_code, j.frequency_code) as frequency_code,
        coalesce(o.service_from, j.service_from) as service_from, coalesce(o.member_key, j.member_key) as member_key,
        coalesce(o.charge, case when j.is_reversal then -j.charge else j.charge end) as charge,
        -- Status 4 does not say for which payer it speaks.
        case coalesce(o.status_code, j.status_code)
            when '1' then 'P' when '19' then 'P' when '2' then 'S' when '20' then 'S' when '3' then 'T' when '21' then 'T'
        end as payer_seq,
        j.is_reversal, coalesce(o.adjudicated_on, j.adjudicated_on) as judged_on
    from judged as j
    left join taken_back as t on t.remit_claim_id = j.remit_claim_id and t.adjudicated_on = j.adjudicated_on
    left join judged as o on o.remit_claim_id = t.original_id and o.adjudicated_on = t.original_on
),

told_by_the_front_end as (
    select distinct payer_claim_id, submission_id, claim_pcn, submitted_on
    from ledger.claim_acknowledgements
    where payer_claim_id in (select payer_claim_id from judged_in_their_place) and submission_id is not null
),

possible as (
    select
        j.remit_claim_id, j.adjudicated_on, s.submission_id, s.pcn, s.submitted_at, s.submitted_on, 1 as same_pcn,
        -- What is taken back is the claim that a replacement names, not the replacement.
        case when j.is_reversal and s.original_ref = j.payer_claim_id then 0 else 1 end as same_version,
        case when t.submission_id is not null then 1 else 0 end as same_payer_claim_id,
        case when s.service_from = j.service_from then 1 when s.service_from <> j.service_from then -1 else 0 end
        + case when s.member_key = j.member_key then 1 when s.member_key <> j.member_key then -1 else 0 end as same_person,
        case when s.payer_seq = j.payer_seq then 1 else 0 end as same_rank,
        case when s.payer_id = j.payer_id then 1 else 0 end as same_payer,
        case when s.frequency_code = j.frequency_code then 1 else 0 end as same_frequency,
        case when s.charge = j.charge then 1 else 0 end as same_charge
    from judged_in_their_place as j
    inner join ledger.submissions as s on s.pcn = j.pcn
    left join told_by_the_front_end as t
        on t.payer_claim_id = j.payer_claim_id and t.submission_id = s.submission_id and t.claim_pcn = s.pcn
        and t.submitted_on = s.submitted_on
    where s.pcn in (select key from ops.restating) and s.submitted_on >= $horizon and s.submitted_on <= j.judged_on
    union all
    select
        j.remit_claim_id, j.adjudicated_on, s.submission_id, s.pcn, s.submitted_at, s.submitted_on, 0 as same_pcn,
        1 as same_version, 1 as same_payer_claim_id, 0 as same_person, 0 as same_rank, 0 as same_payer, 0 as same_frequency, 1 as same_charge
    from judged_in_their_place as j
    inner join told_by_the_front_end as t on t.payer_claim_id = j.payer_claim_id and t.claim_pcn <> j.pcn
    inner join ledger.submissions as s
        on s.submission_id = t.submission_id and s.pcn = t.claim_pcn and s.submitted_on = t.submitted_on
    where s.submitted_on <= j.judged_on and (s.charge = j.charge or s.service_from = j.service_from)
),

submissions_by_what_they_share as (
    select
        remit_claim_id, adjudicated_on, submission_id, pcn, submitted_at, submitted_on, same_pcn, same_payer_claim_id,
        same_person, same_rank, same_payer, same_frequency,
        rank() over (
            partition by remit_claim_id, adjudicated_on
            order by
                same_pcn desc, same_payer_claim_id desc, same_version desc, same_person desc, same_rank desc, same_payer desc,
                same_frequency desc, same_charge desc
        ) as place
    from possible
    where same_payer_claim_id = 1 or same_person > -2
),

nearest as (
    select
        remit_claim_id, adjudicated_on, submission_id, pcn, submitted_on,
        case
            when same_pcn = 0 then 'payer_claim_id'
            when same_payer_claim_id = 1 then 'pcn+payer_claim_id'
            when same_person > 0 and same_rank = 1 then 'pcn+person+payer_rank'
            when same_rank = 1 then 'pcn+payer_rank'
            when same_person > 0 then 'pcn+person'
            else 'pcn'
        end as rule,
        count(*) over (partition by remit_claim_id, adjudicated_on) as n_possible
    from submissions_by_what_they_share
    where place = 1
    qualify row_number() over (
        partition by remit_claim_id, adjudicated_on order by submitted_at desc, submission_id desc, pcn, submitted_on desc
    ) = 1
),

remits_with_a_submission_of_the_number as (
    select distinct remit_claim_id, adjudicated_on
    from possible
)

select
    j.remit_claim_id,  -- the adjudicated claim
    j.pcn,  -- the provider's claim number, as the payer returned it
    j.payer_claim_id,  -- the payer's number
    n.submission_id,  -- the submission judged
    coalesce(n.pcn, j.pcn) as claim_pcn,  -- claim number of that submission; as returned where there is none
    coalesce(
        n.rule, case when p.remit_claim_id is not null then 'pcn_of_another_claim' else 'unknown_pcn' end
    ) as rule,  -- identifiers that agree (person: service date or member); where nothing matches: unknown_pcn or pcn_of_another_claim
    case when n.rule is null then 'none' when n.n_possible = 1 then 'one' else 'nearest' end as match,  -- one, nearest (the last sent of several) or none
    cast(coalesce(n.n_possible, 0) as bigint) as n_possible,  -- submissions that share the same with it
    n.submitted_on,  -- day of that submission
    t.original_id as takes_back,  -- reversals: the adjudication taken back
    case when j.is_reversal then coalesce(t.rule, 'no_such_adjudication') end as takes_back_rule,  -- identifiers that agree on it
    case
        when j.is_reversal then 'reversed'
        when j.status_code = '23' then 'forwarded'
        when j.status_code = '25' then 'predetermined'
        when j.is_denied and j.paid > 0 then 'partly_denied'
        when j.is_denied then 'denied'
        when j.paid > 0 then 'paid'
        else 'adjudicated'
    end as event,  -- what it did: paid, partly_denied, denied, adjudicated (nothing paid, nothing denied), reversed, forwarded or predetermined
    j.is_reversal,  -- whether it takes back an earlier adjudication
    j.paid,  -- paid, USD; negative on a reversal
    j.file_id,  -- the file that holds it
    j.row_no,  -- ordinal of the CLP in that file
    j.adjudicated_on  -- payment date
from judged as j
left join nearest as n on n.remit_claim_id = j.remit_claim_id and n.adjudicated_on = j.adjudicated_on
left join taken_back as t on t.remit_claim_id = j.remit_claim_id and t.adjudicated_on = j.adjudicated_on
left join remits_with_a_submission_of_the_number as p
    on p.remit_claim_id = j.remit_claim_id and p.adjudicated_on = j.adjudicated_on
