-- One row per assignment of an account to a person, in its last state: assigned, taken away, account closed. Closed counts only
-- while the assignment lasts; an account that somebody else closes later was open when this person's watch ended.
-- grain: assignment_id
-- slice: assignment_id (key)
-- restated by: intake.assignments.assignment_id
-- restated by: intake.accounts.pcn via pcn
with last_state_of_each_assignment as (
    select assignment_id, pcn, staff_id, assigned_at, ended_at
    from intake.assignments
    where assignment_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by assignment_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

last_state_of_each_account as (
    select a.pcn, a.payer_id, a.closed_at
    from intake.accounts as a
    where a.pcn in (select s.pcn from last_state_of_each_assignment as s) and a.event_date >= $horizon
    qualify row_number() over (
        partition by a.pcn
        order by a.updated_at desc, a.delivery_date desc, a.file_id desc, a.row_no desc
    ) = 1
)

select
    s.assignment_id,  -- number of the assignment
    s.pcn,  -- claim or account number
    s.staff_id,  -- who is to work it
    a.payer_id,  -- payer of the account; null where the office delivers no accounts
    s.assigned_at,  -- when it was assigned
    s.ended_at,  -- when the assignment ended; null while it lasts
    case
        when s.ended_at is null or a.closed_at <= s.ended_at then a.closed_at
    end as closed_at  -- when the account was closed under this assignment; null otherwise
from last_state_of_each_assignment as s
left join last_state_of_each_account as a on a.pcn = s.pcn
