-- One row per call of patient billing about an account, with the next call that came in about the same account.
-- A call back that the office makes itself is no repeat: only who calls again was not helped the first time.
-- grain: call_id
-- slice: pcn (key)
-- restated by: ledger.calls.pcn
with calls_about_accounts as (
    select
        call_id, pcn, staff_id, role, complexity, started_at, started_on, outcome,
        min(case when direction = 'inbound' then started_on end) over (
            partition by pcn
            order by started_at, call_id
            rows between 1 following and unbounded following
        ) as next_contact_on
    from ledger.calls
    where pcn in (select key from ops.restating)
)

select
    call_id,  -- number of the call
    pcn,  -- account that it was about
    staff_id,  -- who spoke
    role,  -- billing role held that day
    complexity,  -- complexity of the account
    coalesce(outcome = 'abandoned', false) as is_abandoned,  -- whether nobody was reached
    started_on,  -- day of the call
    next_contact_on  -- day of the next call that came in about the account; null while there is none
from calls_about_accounts
where role = 'patient_billing'
