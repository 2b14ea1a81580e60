-- One row per person of patient billing, account and day on which the person finished something about it: a statement, a plan
-- or another step that the work log calls completed, or a call that ended resolved or with a promise to pay.
-- An account is known by its claim number, and by the number of the item where the log gives none.
-- grain: staff_id, account, handled_on
-- slice: handled_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.calls.started_on
with completed_work as (
    select staff_id, coalesce(pcn, item_id) as account, complexity, started_at as handled_at, worked_on as handled_on
    from ledger.touches
    where
        worked_on between $from and $to and role = 'patient_billing' and item_type in ('patient', 'account')
        and is_completed
    union all
    select staff_id, pcn as account, complexity, started_at as handled_at, started_on as handled_on
    from ledger.calls
    where
        started_on between $from and $to and role = 'patient_billing' and pcn is not null
        and outcome in ('resolved', 'promised')
)

select
    staff_id,  -- person
    account,  -- account handled
    min(complexity) as complexity,  -- complexity of the account
    min(handled_at) as handled_at,  -- when the person began with it that day
    handled_on  -- day
from completed_work
group by staff_id, account, handled_on
