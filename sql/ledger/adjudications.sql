-- One row per adjudicated claim of a remittance, reversals included: what was charged, paid, moved and denied.
-- grain: remit_claim_id
-- slice: adjudicated_on
-- restated by: intake.remit_claims.event_date
-- restated by: ledger.remittances.adjudicated_on
-- restated by: intake.remit_lines.event_date
-- restated by: intake.remit_adjustments.event_date
-- restated by: ledger.denials.adjudicated_on
-- restated by: ledger.denial_rules
with latest_delivery_of_each_adjudication as (
    select
        remit_claim_id, pcn, payer_id, payer_claim_id, status_code, frequency_code, charge, paid,
        patient_responsibility, service_from, member_key, event_date, file_id, txn_no, row_no
    from intake.remit_claims as c
    where
        event_date between $from and $to
        and not exists (
            select 1
            from ledger.remittances as r
            where r.remit_id = c.remit_id and r.adjudicated_on = c.event_date and not r.is_counted
        )
    qualify row_number() over (
        partition by remit_claim_id, event_date
        order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

adjustments_of_each_adjudication as (
    select c.remit_claim_id, c.event_date, a.line_no, a.group_code, a.carc, a.amount
    from latest_delivery_of_each_adjudication as c
    inner join intake.remit_adjustments as a
        on a.remit_claim_id = c.remit_claim_id and a.file_id = c.file_id and a.txn_no = c.txn_no
    where a.event_date between $from and $to
),

patient_responsibility_of_each_line as (
    select remit_claim_id, line_no, sum(amount) as amount
    from adjustments_of_each_adjudication
    where group_code = 'PR'
    group by remit_claim_id, line_no
),

lines_of_each_adjudication as (
    select
        c.remit_claim_id, count(*) as n_lines,
        count(*) filter (where l.charge > 0) as n_charged_lines,
        count(*) filter (
            where l.charge > 0.01 and (l.allowed = 0 or (l.paid = 0 and coalesce(p.amount, 0) = 0))
        ) as n_unallowed_lines
    from latest_delivery_of_each_adjudication as c
    inner join intake.remit_lines as l
        on l.remit_claim_id = c.remit_claim_id and l.file_id = c.file_id and l.txn_no = c.txn_no
    left join patient_responsibility_of_each_line as p on p.remit_claim_id = l.remit_claim_id and p.line_no = l.line_no
    where l.event_date between $from and $to
    group by c.remit_claim_id
),

contractual_of_each_adjudication as (
    select
        a.remit_claim_id,
        sum(a.amount) filter (
            where a.group_code = 'CO' and a.carc in (
                select m.carc
                from ledger.denial_rules as m
                where m.category = 'contractual' and m.rarc = '' and m.group_code in ('', 'CO')
            )
        ) as amount,
        max(case when a.carc = '18' then 1 else 0 end) as n_duplicates
    from adjustments_of_each_adjudication as a
    group by a.remit_claim_id
),

denials_of_each_adjudication as (
    select remit_claim_id, count(*) as n_lines, sum(amount) as amount
    from ledger.denials
    where adjudicated_on between $from and $to
    group by remit_claim_id
)

select
    c.remit_claim_id,  -- the adjudicated claim
    c.pcn,  -- the provider's claim number
    c.payer_id,  -- payer of the remittance
    c.payer_claim_id,  -- the payer's number of the claim
    c.status_code,  -- CLP02
    c.frequency_code,  -- CLP09: 1 original, 7 replacement, 8 void
    cast(
        case
            when c.status_code in ('1', '19', '4') then 1
            when c.status_code in ('2', '20') then 2
            when c.status_code in ('3', '21') then 3
        end as integer
    ) as payer_rank,  -- 1 primary (status 4 does not say and is taken as primary), 2 secondary, 3 tertiary
    c.status_code = '22' as is_reversal,  -- whether it takes back an earlier adjudication
    c.service_from,  -- first service date
    c.member_key,  -- pseudonym of the member's number
    c.charge,  -- charge adjudicated, USD
    c.paid,  -- paid by the payer, USD; negative on a reversal
    cast(coalesce(c.patient_responsibility, 0) as decimal(18, 2)) as patient_responsibility,  -- owed by the patient, USD
    cast(coalesce(k.amount, 0) as decimal(18, 2)) as contractual_amount,  -- CO reductions of category contractual (45 and its kin), claim and line level, USD
    cast(coalesce(d.amount, 0) as decimal(18, 2)) as denied_charge,  -- charge of the denied lines, USD
    cast(coalesce(l.n_lines, 0) as bigint) as n_lines,  -- service lines listed
    cast(coalesce(l.n_charged_lines, case when c.charge > 0 then 1 else 0 end) as bigint) as n_charged_lines,  -- lines with a charge; 1 where the claim lists no lines
    cast(coalesce(d.n_lines, 0) as bigint) as n_denied_lines,  -- of those denied; 1 where the claim lists no lines
    cast(
        coalesce(
            l.n_unallowed_lines,
            case when c.charge > 0.01 and c.paid = 0 and coalesce(c.patient_responsibility, 0) = 0 then 1 else 0 end
        ) as bigint
    ) as n_unallowed_lines,  -- lines with a charge and nothing allowed, or nothing paid and nothing owed by the patient
    coalesce(k.n_duplicates, 0) > 0 as is_duplicate,  -- whether CARC 18 calls it or one of its lines a duplicate
    d.remit_claim_id is not null as is_denied,  -- whether at least one line is denied
    c.file_id,  -- the file that holds it; the last one where it was delivered again
    c.row_no,  -- place in its file: the order of adjudications of one day
    c.event_date as adjudicated_on  -- payment date of the remittance
from latest_delivery_of_each_adjudication as c
left join lines_of_each_adjudication as l on l.remit_claim_id = c.remit_claim_id
left join contractual_of_each_adjudication as k on k.remit_claim_id = c.remit_claim_id
left join denials_of_each_adjudication as d on d.remit_claim_id = c.remit_claim_id
