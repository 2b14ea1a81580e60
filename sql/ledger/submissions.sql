-- One row per claim submission, with the complexity of the work on it and the visit that it bills.
-- Complexity is computed by ledger.complexity_rules as they held on the day of the submission: each rule that the claim
-- meets adds its points once, and the sum decides the tier.
-- Offices reuse control numbers, so claims under one submission number stay apart by claim number and day.
-- grain: submission_id, pcn, submitted_on
-- slice: submitted_on
-- restated by: intake.claims.event_date
-- restated by: intake.claim_lines.event_date
-- restated by: intake.claim_other_payers.event_date
-- restated by: intake.charge_entries.pcn via pcn
-- restated by: ledger.complexity_rules
with latest_delivery_of_each_submission as (
    select
        submission_id, pcn, claim_type, frequency_code, original_ref, clearinghouse_id, payer_seq, payer_id, member_key,
        charge, service_from, service_to, admit_date, drg, n_lines, n_diagnoses, submitted_at, event_date, file_id, txn_no, row_no
    from intake.claims
    where event_date between $from and $to
    qualify row_number() over (
        partition by submission_id, pcn, event_date
        order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

lines_of_each_submission as (
    select s.submission_id, s.pcn, s.event_date, s.payer_id, l.procedure_code, l.modifiers
    from latest_delivery_of_each_submission as s
    inner join intake.claim_lines as l
        on l.submission_id = s.submission_id and l.pcn = s.pcn and l.file_id = s.file_id and l.txn_no = s.txn_no
    where l.event_date between $from and $to
),

-- What a rule can ask about a claim, one row each: a kind with a code or a number.
facts_of_each_submission as (
    select submission_id, pcn, event_date, payer_id, 'claim_type' as kind, claim_type as code, cast(null as bigint) as number
    from latest_delivery_of_each_submission
    union all
    select submission_id, pcn, event_date, payer_id, 'lines', null, n_lines
    from latest_delivery_of_each_submission
    union all
    select submission_id, pcn, event_date, payer_id, 'diagnoses', null, n_diagnoses
    from latest_delivery_of_each_submission
    union all
    select submission_id, pcn, event_date, payer_id, 'payer', null, null
    from latest_delivery_of_each_submission
    union all
    select submission_id, pcn, event_date, payer_id, 'drg', drg, null
    from latest_delivery_of_each_submission
    where drg is not null
    union all
    select submission_id, pcn, event_date, payer_id, 'documentation', 'replacement', null
    from latest_delivery_of_each_submission
    where frequency_code in ('7', '8')
    union all
    select submission_id, pcn, event_date, payer_id, 'documentation', 'admission', null
    from latest_delivery_of_each_submission
    where admit_date is not null
    union all
    select s.submission_id, s.pcn, s.event_date, s.payer_id, 'documentation', 'other_payer', null
    from latest_delivery_of_each_submission as s
    inner join intake.claim_other_payers as o
        on o.submission_id = s.submission_id and o.pcn = s.pcn and o.file_id = s.file_id and o.txn_no = s.txn_no
    where o.event_date between $from and $to
    union all
    select l.submission_id, l.pcn, l.event_date, l.payer_id, k.kind, l.procedure_code, null
    from lines_of_each_submission as l
    cross join (
        select distinct kind
        from ledger.complexity_rules
        where kind in ('procedure', 'documentation', 'denial_likelihood')
    ) as k
    where l.procedure_code is not null
    union all
    select l.submission_id, l.pcn, l.event_date, l.payer_id, 'documentation', r.first_code, null
    from lines_of_each_submission as l
    inner join ledger.complexity_rules as r
        on r.kind = 'documentation' and r.first_code like 'modifier:%'
        and ':' || l.modifiers || ':' like '%:' || substr(r.first_code, 10) || ':%'
),

rules_that_each_submission_meets as (
    select distinct f.submission_id, f.pcn, f.event_date, r.kind, r.value, r.effective_from, r.points
    from facts_of_each_submission as f
    inner join ledger.complexity_rules as r
        on r.kind = f.kind and r.is_usable and f.event_date >= r.effective_from
        and f.event_date <= coalesce(r.effective_to, f.event_date)
        and (r.payer_id is null or r.payer_id = f.payer_id)
        and (r.least_number is null or f.number >= r.least_number)
        and (
            r.first_code is null
            or (f.code between r.first_code and r.last_code and length(f.code) = length(r.first_code))
        )
),

points_of_each_submission as (
    select submission_id, pcn, event_date, sum(points) as points
    from rules_that_each_submission_meets
    group by submission_id, pcn, event_date
),

rules_begun_by_each_day as (
    select
        d.event_date, r.kind, r.value, r.points, r.effective_from, r.effective_to,
        d.event_date <= coalesce(r.effective_to, d.event_date) as is_in_force
    from (select distinct event_date from latest_delivery_of_each_submission) as d
    inner join ledger.complexity_rules as r on r.effective_from <= d.event_date
),

rule_of_each_day as (
    select
        event_date,
        max(case when is_in_force and kind = 'tier' and value = 'medium' then points end) as medium_from,
        max(case when is_in_force and kind = 'tier' and value = 'high' then points end) as high_from,
        max(case when is_in_force then effective_from else cast(effective_to + interval '1 day' as date) end) as rule_since
    from rules_begun_by_each_day
    group by event_date
),

visit_of_each_submission as (
    select s.submission_id, s.pcn, s.event_date, e.encounter_id
    from latest_delivery_of_each_submission as s
    inner join intake.charge_entries as e on e.pcn = s.pcn
    where
        e.event_date >= $from - interval '120 days' and e.event_date <= $to
        and e.event_date >= s.event_date - interval '120 days' and e.event_date <= s.event_date
    qualify row_number() over (
        partition by s.submission_id, s.pcn, s.event_date
        order by e.delivery_date desc, e.file_id desc, e.row_no desc
    ) = 1
)

select
    s.submission_id,  -- the submission
    s.pcn,  -- the provider's claim number
    v.encounter_id,  -- the visit or stay, where charge entry named it in the 120 days before
    s.claim_type,  -- P professional, I institutional, D dental
    s.frequency_code,  -- 1 original, 7 replacement, 8 void
    s.original_ref,  -- the payer's number of the claim that this one replaces
    s.clearinghouse_id,  -- the clearinghouse's number, where the office sends one
    s.payer_seq,  -- P primary, S secondary, T tertiary
    s.payer_id,  -- payer billed
    s.member_key,  -- pseudonym of the member's number
    s.charge,  -- submitted charge, USD
    s.service_from,  -- first service date
    s.service_to,  -- last service date: the through date of an institutional claim
    s.n_lines,  -- service lines
    s.n_diagnoses,  -- diagnosis codes
    cast(coalesce(p.points, 0) as decimal(18, 3)) as points,  -- points by the rules in force on the day of the submission
    case
        when coalesce(p.points, 0) >= d.high_from then 'high'
        when coalesce(p.points, 0) >= d.medium_from then 'medium'
        else 'low'
    end as complexity,  -- low, medium or high, by these points
    d.rule_since as complexity_rule_since,  -- day since which these rules hold unchanged: which version of them was applied
    s.file_id,  -- the file that holds it; the last one where it was delivered again
    s.row_no,  -- ordinal of the CLM in that file
    s.submitted_at,  -- when the batch was built
    s.event_date as submitted_on  -- its day, in the office's time zone
from latest_delivery_of_each_submission as s
left join points_of_each_submission as p
    on p.submission_id = s.submission_id and p.pcn = s.pcn and p.event_date = s.event_date
left join rule_of_each_day as d on d.event_date = s.event_date
left join visit_of_each_submission as v
    on v.submission_id = s.submission_id and v.pcn = s.pcn and v.event_date = s.event_date
