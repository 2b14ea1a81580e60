-- One row per assignment of an account to a person: what it was worth, and what happened to the account while the assignment
-- lasted. Dollars are those of the first 90 days: cash; what was moved to the patient, as far as payers said that the patient
-- owes it; what a correction brought to zero; and write-offs that work in time would have avoided (denial, late filing).
-- grain: assignment_id
-- slice: pcn (key)
-- restated by: intake.assignments.pcn
-- restated by: intake.accounts.pcn
-- restated by: intake.account_adjustments.pcn
-- restated by: ledger.payments.pcn
-- restated by: ledger.adjudications.pcn
-- restated by: ledger.claims.pcn
-- restated by: ledger.staff_roles.staff_id via staff_id
-- looked up in: ledger.calendar
with last_state_of_each_assignment as (
    select assignment_id, pcn, staff_id, assigned_at, ended_at, opening_balance
    from intake.assignments
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by assignment_id order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

assignments as (
    select
        s.assignment_id, s.pcn, s.staff_id, b.day as assigned_on, e.day as ended_on,
        greatest(coalesce(s.opening_balance, 0), 0) as opening_balance,
        least(coalesce(e.day, cast(b.day + interval '90 days' as date)), cast(b.day + interval '90 days' as date)) as last_on
    from last_state_of_each_assignment as s
    inner join ledger.calendar as b on s.assigned_at >= b.begins_at and s.assigned_at < b.ends_at
    left join ledger.calendar as e on s.ended_at >= e.begins_at and s.ended_at < e.ends_at
),

last_state_of_each_account as (
    select pcn, closed_at, close_reason
    from intake.accounts
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by pcn order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

closed_accounts as (
    select a.pcn, d.day as closed_on, a.close_reason
    from last_state_of_each_account as a
    inner join ledger.calendar as d on a.closed_at >= d.begins_at and a.closed_at < d.ends_at
),

cash_of_each_assignment as (
    select a.assignment_id, sum(p.amount) as amount
    from assignments as a
    inner join ledger.payments as p on p.pcn = a.pcn and p.posted_on >= a.assigned_on and p.posted_on <= a.last_on
    where p.pcn in (select key from ops.restating)
    group by a.assignment_id
),

adjustments_of_the_office as (
    select pcn, adjustment_class, amount, event_date
    from intake.account_adjustments
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (partition by adjustment_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

adjustments_of_each_assignment as (
    select
        a.assignment_id,
        coalesce(sum(j.amount) filter (where j.adjustment_class = 'transfer_to_patient'), 0) as transferred,
        coalesce(sum(j.amount) filter (where j.adjustment_class in ('denial', 'timely_filing')), 0) as avoidable,
        coalesce(sum(j.amount), 0) as amount
    from assignments as a
    inner join adjustments_of_the_office as j
        on j.pcn = a.pcn and j.event_date >= a.assigned_on and j.event_date <= a.last_on
    group by a.assignment_id
),

owed_by_the_patient as (
    select a.assignment_id, max(d.patient_responsibility) as amount
    from assignments as a
    inner join ledger.adjudications as d on d.pcn = a.pcn and d.adjudicated_on <= a.last_on
    where d.pcn in (select key from ops.restating) and d.adjudicated_on >= $horizon
    group by a.assignment_id
),

results as (
    select
        a.assignment_id, a.pcn, a.staff_id, a.assigned_on, a.ended_on, a.opening_balance,
        coalesce(c.amount, 0) as cash,
        least(greatest(coalesce(j.transferred, 0), 0), coalesce(o.amount, 0)) as transferred,
        greatest(coalesce(j.avoidable, 0), 0) as avoidable,
        coalesce(j.amount, 0) as adjusted,
        case when k.closed_on >= a.assigned_on and k.closed_on <= coalesce(a.ended_on, k.closed_on) then k.closed_on end as closed_on,
        k.close_reason, a.last_on
    from assignments as a
    left join cash_of_each_assignment as c on c.assignment_id = a.assignment_id
    left join adjustments_of_each_assignment as j on j.assignment_id = a.assignment_id
    left join owed_by_the_patient as o on o.assignment_id = a.assignment_id
    left join closed_accounts as k on k.pcn = a.pcn
)

select
    r.assignment_id,  -- number of the assignment
    r.pcn,  -- claim or account number
    r.staff_id,  -- to whom it was assigned
    coalesce(s.role, 'unknown') as role,  -- billing role held on the day of the assignment
    coalesce(m.complexity, 'medium') as complexity,  -- low, medium or high, by the claim's first submission; medium while unknown
    r.assigned_on,  -- day of the assignment
    r.ended_on,  -- day on which it ended; null while it lasts
    cast(r.opening_balance as decimal(18, 2)) as opening_balance,  -- balance when it was assigned, USD
    cast(r.cash as decimal(18, 2)) as cash,  -- paid while assigned, in the first 90 days, USD
    cast(r.transferred as decimal(18, 2)) as transferred,  -- moved to the patient as payers said, USD
    cast(
        case
            when r.close_reason = 'corrected' and r.closed_on <= r.last_on
                then greatest(r.opening_balance - r.cash - r.adjusted, 0)
            else 0
        end as decimal(18, 2)
    ) as corrected,  -- brought to zero by a correction, USD
    cast(r.avoidable as decimal(18, 2)) as avoidable,  -- written off as denied or filed late, USD
    r.closed_on,  -- day on which the account was closed under this assignment; null otherwise
    r.closed_on is not null and (coalesce(r.close_reason, '') = 'written_off_denial' or r.avoidable > 0) as is_avoidable_loss  -- closed by a write-off that work in time would have avoided
from results as r
left join ledger.claims as m on m.pcn = r.pcn
left join ledger.staff_roles as s
    on s.staff_id = r.staff_id and r.assigned_on >= s.valid_from and (s.valid_to is null or r.assigned_on <= s.valid_to)
