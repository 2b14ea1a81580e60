-- One row per denial of the worklist in its last state: denied, first worked, first appealed, resolved.
-- An untimely claim (CARC 29) cannot be appealed.
-- grain: denial_id
-- slice: denial_id (key)
-- restated by: intake.denial_worklist.denial_id
-- restated by: intake.appeals.denial_id
with last_state_of_each_denial as (
    select denial_id, pcn, payer_id, carc, assigned_to, denied_on, first_worked_at, resolved_at
    from intake.denial_worklist
    where denial_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by denial_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

last_state_of_each_appeal as (
    select appeal_id, denial_id, filed_at
    from intake.appeals
    where denial_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by appeal_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

first_filings as (
    select denial_id, min(filed_at) as filed_at
    from last_state_of_each_appeal
    group by denial_id
)

select
    d.denial_id,  -- number of the denial
    d.pcn,  -- claim number
    d.payer_id,  -- payer
    d.assigned_to,  -- who owns it
    coalesce(d.carc, '') <> '29' as is_appealable,  -- false for untimely claims
    d.denied_on,  -- date of the remittance that denied it
    d.first_worked_at,  -- first substantive action; null before
    f.filed_at as first_appealed_at,  -- when its first appeal was filed; null without one
    d.resolved_at  -- when it was closed; null while open
from last_state_of_each_denial as d
left join first_filings as f on f.denial_id = d.denial_id
