-- One row per line denied at an adjudication; line 0 is the claim itself where the remittance lists no lines.
-- Denied: a charge, nothing paid, no share of the patient (PR 1, 2, 3) and an adjustment whose code denies (CO, PI, OA;
-- PR other than those). Derived from the adjustments; of the claim status only reversals (22), claims that are not the
-- payer's (23) and predeterminations (25) are left out. A line without adjustments of its own carries the claim's.
-- grain: remit_claim_id, line_no
-- slice: adjudicated_on
-- restated by: intake.remit_claims.event_date
-- restated by: ledger.remittances.adjudicated_on
-- restated by: intake.remit_lines.event_date
-- restated by: intake.remit_adjustments.event_date
-- restated by: ledger.carc_map
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
    select c.remit_claim_id, a.line_no, a.group_code, a.carc, a.amount
    from adjudications_that_can_deny as c
    inner join intake.remit_adjustments as a
        on a.remit_claim_id = c.remit_claim_id and a.file_id = c.file_id and a.txn_no = c.txn_no
    where a.event_date between $from and $to
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
)

select
    c.remit_claim_id,  -- the adjudicated claim
    cast(d.line_no as bigint) as line_no,  -- ordinal of the line on the remittance; 0 for the claim itself
    c.pcn,  -- the provider's claim number
    c.payer_id,  -- payer of the remittance
    d.carc,  -- the driving adjustment reason code: largest amount, then lowest code
    d.group_code,  -- its group: CO, PR, OA or PI
    coalesce(m.category, 'unmapped') as category,  -- root cause of that code
    cast(d.charge as decimal(18, 2)) as amount,  -- denied charge, USD
    d.group_code = 'PR' as is_patient_liable,  -- whether the payer says that the patient owes it
    c.event_date as adjudicated_on  -- payment date of the remittance
from adjustments_that_each_unpaid_line_carries as d
inner join adjudications_that_can_deny as c on c.remit_claim_id = d.remit_claim_id
left join ledger.carc_map as m
    on m.carc = d.carc and c.event_date >= m.effective_from and (m.effective_to is null or c.event_date <= m.effective_to)
where d.patient_share = 0 and coalesce(m.is_denial, true) and d.group_code in ('CO', 'PI', 'OA', 'PR')
qualify row_number() over (
    partition by d.remit_claim_id, d.line_no
    order by d.amount desc, length(d.carc), d.carc, d.group_code
) = 1
