-- One row per telephone call, with the role and the complexity in which it was made.
-- The complexity is that of the account, as of the person's touches of it that day; medium while unknown.
-- grain: call_id
-- slice: started_on
-- restated by: intake.calls.event_date
-- restated by: ledger.touches.worked_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with latest_delivery_of_each_call as (
    select call_id, staff_id, pcn, direction, started_at, talk_s, hold_s, wrap_s, reason, outcome, event_date
    from intake.calls
    where event_date between $from and $to
    qualify row_number() over (partition by call_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

complexity_of_each_account as (
    select staff_id, pcn, worked_on, min(complexity) as complexity
    from ledger.touches
    where worked_on between $from and $to and pcn is not null
    group by staff_id, pcn, worked_on
)

select
    c.call_id,  -- number of the call
    c.staff_id,  -- who spoke
    coalesce(r.role, 'unknown') as role,  -- billing role held that day
    coalesce(x.complexity, 'medium') as complexity,  -- of the account; medium while unknown
    c.pcn,  -- claim or account number; null where the call names none
    c.direction,  -- inbound or outbound
    coalesce(c.reason, 'unknown') as reason,  -- statement, payment_plan, status, coverage or dispute; unknown where none was given
    c.outcome,  -- resolved, promised, callback or abandoned
    c.started_at,  -- when it began
    cast(c.talk_s + coalesce(c.hold_s, 0) as bigint) as talk_hold_s,  -- seconds of talk and hold; null where talk was not measured
    cast(c.wrap_s as bigint) as wrap_s,  -- seconds of after-call work; null where it was not measured
    cast(c.talk_s + coalesce(c.hold_s, 0) + c.wrap_s as bigint) as handled_s,  -- both; null where one of them was not measured
    cast(date_trunc('month', c.event_date) as date) as started_month,  -- first day of the month
    c.event_date as started_on  -- day on which it began, in the office's time zone
from latest_delivery_of_each_call as c
left join ledger.staff_roles as r
    on r.staff_id = c.staff_id and c.event_date >= r.valid_from and (r.valid_to is null or c.event_date <= r.valid_to)
left join complexity_of_each_account as x on x.staff_id = c.staff_id and x.pcn = c.pcn and x.worked_on = c.event_date
