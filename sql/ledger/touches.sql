-- One row per human touch: an action of a person on an item, with the time in it that was active and that was hampered.
-- Activity counts on the day on which it began, beyond midnight too. A person without any activity data that has times
-- of that day counts as active all along. Friction is the union of the incidents of the system worked in and of the
-- person's own accepted claims on it. An entry with a disposition counts as a touch unless it repeats one: the same
-- person, item and action, begun within touch_gap_min of the end of the one before, over midnight too. Repeats and
-- entries without a disposition stay as rows, because their time was worked and a repeat may be the one that finished
-- the item.
-- grain: touch_id
-- slice: worked_on
-- restated by: intake.work_log.event_date and 1 days after
-- restated by: ledger.active_stretches.began_on
-- restated by: ledger.friction_days.affected_on
-- restated by: ledger.claim_work.worked_on
-- restated by: ledger.staff_roles.staff_id via staff_id
-- restated by: ledger.parameters
-- looked up in: ledger.submissions
with limits as (
    select
        max(case when name = 'touch_gap_min' then value end) * 60 as gap_s,
        max(case when name = 'touch_cap_min' then value end) * 60 as cap_s
    from ledger.parameters
    where name in ('touch_gap_min', 'touch_cap_min')
),

latest_delivery_of_each_entry as (
    select
        touch_id, staff_id, item_type, item_id, pcn, action_code, disposition_code, system, started_at, ended_at,
        is_automated, event_date, trigger, due_on, reason, origin_role, date_diff('second', started_at, ended_at) as span_s
    from intake.work_log
    -- the day before too, for touches repeated over midnight
    where event_date between $from - interval '1 day' and $to
    qualify row_number() over (partition by touch_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

entries_of_people as (
    select
        touch_id, staff_id, item_type, item_id, pcn, action_code, disposition_code, system, started_at, ended_at,
        event_date, trigger, due_on, reason, origin_role, span_s,
        -- a screen left open for half a day holds no touch of the next one back, so one day before is enough
        max(least(ended_at, started_at + interval '12 hours')) over (
            partition by staff_id, item_type, item_id, action_code, disposition_code is null
            order by started_at, ended_at, touch_id
            rows between unbounded preceding and 1 preceding
        ) as touched_until
    from latest_delivery_of_each_entry
    where not coalesce(is_automated, false) and ended_at >= started_at
),

human_touches as (
    select
        e.touch_id, e.staff_id, e.item_type, e.item_id, e.pcn, e.action_code, e.disposition_code, e.system, e.started_at,
        e.ended_at, e.event_date, e.trigger, e.due_on, e.reason, e.origin_role, e.span_s, l.cap_s,
        e.disposition_code is not null and e.touched_until is not null
        and date_diff('second', e.touched_until, e.started_at) <= l.gap_s as is_repeat
    from entries_of_people as e
    cross join limits as l
    where e.event_date between $from and $to
),

active_seconds as (
    select
        t.touch_id,
        sum(cast(
            date_diff('second', greatest(t.started_at, a.started_at), least(t.ended_at, a.ended_at))
            * a.active_share as decimal(18, 3)
        )) as active_s
    from human_touches as t
    inner join ledger.active_stretches as a
        on a.staff_id = t.staff_id and a.began_on = t.event_date
        and a.started_at < t.ended_at and a.ended_at > t.started_at and a.started_at < a.ended_at
    where a.began_on between $from and $to
    group by t.touch_id
),

people_with_activity as (
    select distinct staff_id, began_on
    from ledger.active_stretches
    where began_on between $from and $to and grain <> 'day' and kind <> 'afk'
),

incidents_counted_once as (
    select
        t.touch_id, least(f.ended_at, t.ended_at) as ended_at,
        greatest(t.started_at, f.started_at, coalesce(max(f.ended_at) over (
            partition by t.touch_id
            order by f.started_at, f.ended_at desc, f.friction_id
            rows between unbounded preceding and 1 preceding
        ), f.started_at)) as started_at
    from human_touches as t
    inner join ledger.friction_days as f
        on f.system = t.system and f.affected_on = t.event_date and (f.staff_id is null or f.staff_id = t.staff_id)
        and f.started_at < t.ended_at and f.ended_at > t.started_at
    where f.affected_on between $from and $to
),

hampered_seconds as (
    select touch_id, sum(date_diff('second', started_at, ended_at)) as hampered_s
    from incidents_counted_once
    where started_at < ended_at
    group by touch_id
),

claim_of_each_touch as (
    select t.touch_id, w.payer_id, w.complexity, w.first_submitted_on
    from human_touches as t
    inner join ledger.claim_work as w on w.pcn = t.pcn and w.worked_on = t.event_date
    where w.worked_on between $from and $to
),

visit_of_each_touch as (
    select t.touch_id, s.payer_id, s.complexity
    from human_touches as t
    inner join ledger.submissions as s on s.encounter_id = t.item_id
    where t.item_type = 'encounter' and t.pcn is null and s.submitted_on >= $horizon
    qualify row_number() over (partition by t.touch_id order by s.submitted_at, s.submission_id, s.pcn) = 1
),

touches_with_active_time as (
    select
        t.touch_id,
        case when p.staff_id is null then t.span_s else coalesce(a.active_s, 0) end as active_s,
        case when t.span_s > 0 then coalesce(h.hampered_s, 0) * 1.0 / t.span_s else 0 end as hampered_share
    from human_touches as t
    left join people_with_activity as p on p.staff_id = t.staff_id and p.began_on = t.event_date
    left join active_seconds as a on a.touch_id = t.touch_id
    left join hampered_seconds as h on h.touch_id = t.touch_id
)

select
    t.touch_id,  -- entry of the work log
    t.staff_id,  -- who worked
    coalesce(r.role, 'unknown') as role,  -- billing role held that day
    t.item_type,  -- encounter, claim, payment, account, denial or patient
    t.item_id,  -- what was worked
    t.pcn,  -- claim number, where the item has one
    coalesce(c.payer_id, v.payer_id, 'unknown') as payer_id,  -- payer of the claim, by its first submission; unknown before it
    t.system,  -- system worked in
    coalesce(c.complexity, v.complexity, 'medium') as complexity,  -- of the claim, by its first submission; medium while unknown
    t.action_code,  -- what was done
    t.disposition_code,  -- how it ended
    coalesce(t.disposition_code = 'completed', false) as is_completed,  -- whether the item was finished
    coalesce(t.disposition_code = 'reopened', false) or t.action_code in ('correct', 'fix_edit', 'fix_reject') as is_rework,  -- done again
    t.is_repeat,  -- whether it repeats a touch of the person's within touch_gap_min
    t.disposition_code is not null and not t.is_repeat as is_touch,  -- whether it counts as a touch: a disposition, and no repeat
    t.trigger,  -- why the item was opened: due, early, inbound, assigned or reopened
    t.due_on,  -- day on which the follow-up was due
    t.reason as rework_reason,  -- reopened or corrected work: error, missing_document, payer or other
    t.origin_role,  -- role of the step in which the error arose
    c.first_submitted_on,  -- day of the claim's first submission
    t.started_at,  -- when the item was opened
    t.ended_at,  -- when it was closed
    cast(t.span_s as bigint) as span_s,  -- seconds between the two
    cast(x.active_s as decimal(18, 3)) as active_s,  -- of those, seconds with keyboard or mouse in use
    cast(x.active_s * x.hampered_share as decimal(18, 3)) as friction_s,  -- of the active ones, seconds under an incident
    least(
        cast(x.active_s as decimal(18, 3)) - cast(x.active_s * x.hampered_share as decimal(18, 3)), cast(t.cap_s as decimal(18, 3))
    ) as handled_s,  -- active seconds outside incidents, up to touch_cap_min: the rest is a screen left open
    cast(x.active_s * r.loaded_rate / 3600 as decimal(18, 4)) as labour_cost,  -- active hours at the roster's loaded rate, USD; null without a rate
    cast(
        case when t.event_date < r.role_start then 0 else date_diff('day', r.role_start, t.event_date) end as bigint
    ) as tenure_days,  -- days in the role; null if unknown
    t.event_date as worked_on  -- day on which it began, in the office's time zone
from human_touches as t
inner join touches_with_active_time as x on x.touch_id = t.touch_id
left join claim_of_each_touch as c on c.touch_id = t.touch_id
left join visit_of_each_touch as v on v.touch_id = t.touch_id
left join ledger.staff_roles as r
    on r.staff_id = t.staff_id and t.event_date >= r.valid_from and (r.valid_to is null or t.event_date <= r.valid_to)
