-- One row per account that patient billing handled: who handled it first, and whether that was the end of it.
-- Closed: within instalment_days of the first handling, by the account's latest state. On a plan: agreed within
-- instalment_days of the first handling, or before it, with a payment of the patient received within instalment_days of
-- the day on which the plan was agreed.
-- grain: account
-- slice: account (key)
-- restated by: ledger.account_handlings.account
-- restated by: intake.accounts.pcn
-- restated by: ledger.payments.pcn
-- restated by: ledger.parameters
with limits as (
    select cast(value as integer) as instalment_days from ledger.parameters where name = 'instalment_days'
),

first_handlings as (
    select account, staff_id, complexity, handled_on
    from ledger.account_handlings
    where account in (select key from ops.restating)
    qualify row_number() over (partition by account order by handled_at, staff_id, handled_on) = 1
),

latest_state_of_each_account as (
    select
        pcn, cast(closed_at as date) as closed_on, close_reason, cast(plan_started_at as date) as plan_started_on
    from intake.accounts
    where pcn in (select key from ops.restating)
    qualify row_number() over (
        partition by pcn
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

instalments as (
    select a.pcn, min(p.received_on) as instalment_on
    from latest_state_of_each_account as a
    inner join ledger.payments as p on p.pcn = a.pcn and p.pcn in (select key from ops.restating)
    where p.method = 'patient' and p.amount > 0 and p.received_on >= a.plan_started_on
    group by a.pcn
)

select
    h.account,  -- account
    h.staff_id,  -- who handled it first
    h.complexity,  -- complexity of the account
    coalesce(a.closed_on <= h.handled_on + l.instalment_days, false) as is_closed,  -- whether it was closed in time, for whatever reason
    coalesce(
        a.closed_on <= h.handled_on + l.instalment_days
        and coalesce(a.close_reason, '') not in ('bad_debt', 'small_balance', 'written_off_denial'), false
    ) as is_closed_without_write_off,  -- whether it was closed in time and not written off
    coalesce(
        a.plan_started_on <= h.handled_on + l.instalment_days
        and i.instalment_on <= a.plan_started_on + l.instalment_days, false
    ) as is_on_paid_plan,  -- whether a plan was agreed in time and its first instalment paid in time
    a.pcn is not null as has_account,  -- whether the office delivered the account
    h.handled_on  -- day of the first handling
from first_handlings as h
cross join limits as l
left join latest_state_of_each_account as a on a.pcn = h.account
left join instalments as i on i.pcn = h.account
