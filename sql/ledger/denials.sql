-- One row per line denied at an adjudication; line 0 is the claim itself where the remittance lists no lines.
-- Denied: a charge, nothing paid, no share of the patient (PR 1, 2, 3) and an adjustment whose code denies by the rule that
-- fits it best (ledger.denial_rules). Derived from the adjustments; of the claim status only reversals (22), claims that
-- are not the payer's (23) and predeterminations (25) are left out. A line without adjustments of its own carries the
-- claim's, and the claim's remarks hold for every line. Amounts under one group and code are netted: what was put back does
-- not deny. A rejection as unprocessable (remark MA130) and a late filing (29) cannot be appealed.
-- grain: remit_claim_id, line_no
-- slice: adjudicated_on
-- restated by: intake.remit_claims.event_date
-- restated by: ledger.remittances.adjudicated_on
-- restated by: intake.remit_lines.event_date
-- restated by: intake.remit_adjustments.event_date
-- restated by: intake.remit_remarks.event_date
-- restated by: ledger.denial_rules
with latest_delivery_of_each_adjudication as (
    select remit_claim_id, pcn, payer_id, status_code, charge, paid, event_date, file_id, txn_no
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

adjudications_that_can_deny as (
    select remit_claim_id, pcn, payer_id, charge, paid, event_date, file_id, txn_no
    from latest_delivery_of_each_adjudication
    where status_code not in ('22', '23', '25')
),

lines_as_delivered_with_them as (
    select c.remit_claim_id, l.line_no, l.charge, l.paid
    from adjudications_that_can_deny as c
    inner join intake.remit_lines as l
        on l.remit_claim_id = c.remit_claim_id and l.file_id = c.file_id and l.txn_no = c.txn_no
    where l.event_date between $from and $to
),

unpaid_lines_and_lineless_claims as (
    select remit_claim_id, line_no, charge
    from lines_as_delivered_with_them
    where charge > 0 and paid = 0
    union all
    select c.remit_claim_id, 0 as line_no, c.charge
    from adjudications_that_can_deny as c
    where
        c.charge > 0 and c.paid = 0
        and not exists (select 1 from lines_as_delivered_with_them as l where l.remit_claim_id = c.remit_claim_id)
),

adjustments_as_delivered_with_them as (
    select c.remit_claim_id, a.line_no, a.group_code, a.carc, sum(a.amount) as amount
    from adjudications_that_can_deny as c
    inner join intake.remit_adjustments as a
        on a.remit_claim_id = c.remit_claim_id and a.file_id = c.file_id and a.txn_no = c.txn_no
    where a.event_date between $from and $to
    group by c.remit_claim_id, a.line_no, a.group_code, a.carc
),

adjustments_that_each_unpaid_line_carries as (
    select
        u.remit_claim_id, u.line_no, u.charge, a.group_code, a.carc, a.amount,
        sum(case when a.group_code = 'PR' and a.carc in ('1', '2', '3') then a.amount else 0 end) over (
            partition by u.remit_claim_id, u.line_no
        ) as patient_share
    from unpaid_lines_and_lineless_claims as u
    inner join adjustments_as_delivered_with_them as a
        on a.remit_claim_id = u.remit_claim_id
    where
        a.line_no = u.line_no
        or (
            a.line_no = 0
            and not exists (
                select 1
                from adjustments_as_delivered_with_them as own
                where own.remit_claim_id = u.remit_claim_id and own.line_no = u.line_no
            )
        )
),

-- Remarks of the line itself and of its claim; LQ also lists other kinds of codes, HE are the remark codes.
remarks_that_each_unpaid_line_carries as (
    select distinct u.remit_claim_id, u.line_no, r.code
    from unpaid_lines_and_lineless_claims as u
    inner join adjudications_that_can_deny as c on c.remit_claim_id = u.remit_claim_id
    inner join intake.remit_remarks as r
        on r.remit_claim_id = u.remit_claim_id and r.file_id = c.file_id and r.txn_no = c.txn_no
    where
        r.event_date between $from and $to
        and (r.line_no = u.line_no or r.line_no = 0) and coalesce(r.qualifier, 'HE') = 'HE'
),

adjustments_that_may_deny as (
    select d.remit_claim_id, d.line_no, d.group_code, d.carc, d.charge, d.amount, c.event_date
    from adjustments_that_each_unpaid_line_carries as d
    inner join adjudications_that_can_deny as c on c.remit_claim_id = d.remit_claim_id
    where d.patient_share = 0 and d.amount > 0 and d.group_code in ('CO', 'PI', 'OA', 'PR')
),

rules_that_fit as (
    select d.remit_claim_id, d.line_no, d.group_code, d.carc, m.category, m.is_denial, m.origin, m.rarc, m.rank
    from adjustments_that_may_deny as d
    inner join ledger.denial_rules as m on m.carc = d.carc and m.rarc = ''
    where
        (m.group_code = '' or m.group_code = d.group_code)
        and d.event_date >= m.effective_from and (m.effective_to is null or d.event_date <= m.effective_to)
    union all
    select d.remit_claim_id, d.line_no, d.group_code, d.carc, m.category, m.is_denial, m.origin, m.rarc, m.rank
    from adjustments_that_may_deny as d
    inner join remarks_that_each_unpaid_line_carries as r on r.remit_claim_id = d.remit_claim_id and r.line_no = d.line_no
    inner join ledger.denial_rules as m on m.carc = d.carc and m.rarc = r.code
    where
        (m.group_code = '' or m.group_code = d.group_code)
        and d.event_date >= m.effective_from and (m.effective_to is null or d.event_date <= m.effective_to)
),

rule_of_each_adjustment as (
    select remit_claim_id, line_no, group_code, carc, category, is_denial, origin, rarc
    from rules_that_fit
    qualify row_number() over (
        partition by remit_claim_id, line_no, group_code, carc
        order by rank, length(rarc), rarc
    ) = 1
),

driving_adjustment_of_each_denied_line as (
    select d.remit_claim_id, d.line_no, d.group_code, d.carc, d.charge, d.event_date, m.category, m.origin, m.rarc
    from adjustments_that_may_deny as d
    left join rule_of_each_adjustment as m
        on m.remit_claim_id = d.remit_claim_id and m.line_no = d.line_no and m.group_code = d.group_code and m.carc = d.carc
    where coalesce(m.is_denial, true)
    qualify row_number() over (
        partition by d.remit_claim_id, d.line_no
        order by d.amount desc, length(d.carc), d.carc, d.group_code
    ) = 1
)

select
    c.remit_claim_id,  -- the adjudicated claim
    cast(d.line_no as bigint) as line_no,  -- ordinal of the line on the remittance; 0 for the claim itself
    c.pcn,  -- the provider's claim number
    c.payer_id,  -- payer of the remittance
    d.carc,  -- the driving adjustment reason code: largest amount, then lowest code
    nullif(d.rarc, '') as rarc,  -- the remark code that named the root cause; null where the code alone did
    d.group_code,  -- its group: CO, PR, OA or PI
    coalesce(d.category, 'unmapped') as category,  -- root cause of that code
    d.origin as rule_origin,  -- whose rule said so: office or built_in; null where no rule knows the code
    cast(d.charge as decimal(18, 2)) as amount,  -- denied charge, USD
    d.group_code = 'PR' as is_patient_liable,  -- whether the payer says that the patient owes it
    d.carc <> '29' and not exists (
        select 1
        from remarks_that_each_unpaid_line_carries as r
        where r.remit_claim_id = d.remit_claim_id and r.line_no = d.line_no and r.code = 'MA130'
    ) as is_appealable,  -- false for late filings (29) and claims rejected as unprocessable (MA130)
    c.event_date as adjudicated_on  -- payment date of the remittance
from driving_adjustment_of_each_denied_line as d
inner join adjudications_that_can_deny as c on c.remit_claim_id = d.remit_claim_id
