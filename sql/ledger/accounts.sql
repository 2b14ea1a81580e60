-- One row per patient account in its last state: opened, closed, and how often people touched it from open to
-- resolution. Days are the office's. A touch belongs to the account by its claim number, and to a visit's account where
-- the log names the visit alone. Repeats and entries without a disposition are no touches.
-- grain: pcn
-- slice: pcn (key)
-- restated by: intake.accounts.pcn
-- restated by: ledger.submissions.pcn
-- restated by: ledger.touches.pcn
-- restated by: ledger.touches.item_id via ledger.submissions.encounter_id
-- looked up in: ledger.calendar
with states_of_each_account as (
    select
        pcn, payer_id, opened_at, closed_at, close_reason, event_date,
        min(event_date) over (partition by pcn) as first_told_on,
        row_number() over (
            partition by pcn
            order by updated_at desc, delivery_date desc, file_id desc, row_no desc
        ) as place
    from intake.accounts
    where pcn in (select key from ops.restating) and event_date >= $horizon
),

last_state_of_each_account as (
    select
        s.pcn, s.payer_id, s.close_reason, s.first_told_on, s.event_date as last_told_on, o.day as opened_on, c.day as closed_on
    from states_of_each_account as s
    inner join ledger.calendar as o on s.opened_at >= o.begins_at and s.opened_at < o.ends_at
    left join ledger.calendar as c on s.closed_at >= c.begins_at and s.closed_at < c.ends_at
    where s.place = 1
),

first_submissions as (
    select pcn, encounter_id, payer_id, complexity, service_from, submitted_at
    from ledger.submissions
    where pcn in (select key from ops.restating) and submitted_on >= $horizon
    qualify row_number() over (partition by pcn order by submitted_at, submission_id) = 1
),

touches_by_claim_or_visit as (
    select pcn, touch_id, started_at, worked_on
    from ledger.touches
    where pcn in (select key from ops.restating) and worked_on >= $horizon and is_touch
    union all
    select s.pcn, t.touch_id, t.started_at, t.worked_on
    from first_submissions as s
    inner join ledger.touches as t on t.item_id = s.encounter_id
    where t.item_type = 'encounter' and t.pcn is null and t.worked_on >= $horizon and t.is_touch
),

touches_of_each_account as (
    select
        a.pcn,
        count(*) as n_touches,
        count(*) filter (where t.worked_on >= s.service_from) as n_touches_after_service,
        count(*) filter (where t.started_at > s.submitted_at) as n_touches_after_submission
    from last_state_of_each_account as a
    inner join touches_by_claim_or_visit as t
        on t.pcn = a.pcn and t.worked_on >= a.opened_on and (a.closed_on is null or t.worked_on <= a.closed_on)
    left join first_submissions as s on s.pcn = a.pcn
    group by a.pcn
)

select
    a.pcn,  -- claim or account number
    coalesce(a.payer_id, s.payer_id, 'unknown') as payer_id,  -- payer of the account, else first billed
    coalesce(s.complexity, 'medium') as complexity,  -- of the claim, by its first submission; medium while unknown
    a.opened_on,  -- day on which it was opened
    a.closed_on,  -- day on which its balance came to zero; null while open
    a.close_reason,  -- how it was closed
    s.service_from,  -- first service date; null before the claim went out
    s.pcn is not null as is_submitted,  -- whether a claim went out
    cast(coalesce(t.n_touches, 0) as bigint) as n_touches,  -- human touches from open to resolution
    cast(coalesce(t.n_touches_after_service, 0) as bigint) as n_touches_after_service,  -- of those, from the day of service on
    cast(coalesce(t.n_touches_after_submission, 0) as bigint) as n_touches_after_submission,  -- of those, after the first submission
    a.first_told_on,  -- day of the first state delivered
    a.last_told_on  -- day of the last
from last_state_of_each_account as a
left join first_submissions as s on s.pcn = a.pcn
left join touches_of_each_account as t on t.pcn = a.pcn
