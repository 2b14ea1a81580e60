-- One row per human touch: an action of a person on an item, with the time in it that was active and that was hampered.
-- Activity counts on the day on which it began, beyond midnight too. A person without any activity data
-- that has times of that day counts as active all along. Friction is the union of the incidents of the system worked in.
-- grain: touch_id
-- slice: worked_on
-- restated by: intake.work_log.event_date
-- restated by: ledger.active_stretches.began_on
-- restated by: ledger.friction_days.affected_on
-- restated by: ledger.claim_work.worked_on
-- restated by: ledger.staff_roles.staff_id via staff_id
-- looked up in: ledger.submissions
with latest_delivery_of_each_entry as (
    select
        touch_id, staff_id, item_type, item_id, pcn, action_code, disposition_code, system, started_at, ended_at,
        is_automated, event_date, date_diff('second', started_at, ended_at) as span_s
    from intake.work_log
    where event_date between $from and $to
    qualify row_number() over (partition by touch_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

human_touches as (
    select
        touch_id, staff_id, item_type, item_id, pcn, action_code, disposition_code, system, started_at, ended_at,
        event_date, span_s
    from latest_delivery_of_each_entry
    where not coalesce(is_automated, false) and ended_at >= started_at
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
        on f.system = t.system and f.affected_on = t.event_date
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
    select t.touch_id, w.complexity
    from human_touches as t
    inner join ledger.claim_work as w on w.pcn = t.pcn and w.worked_on = t.event_date
    where w.worked_on between $from and $to
),

visit_of_each_touch as (
    select t.touch_id, s.complexity
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
    t.system,  -- system worked in
    coalesce(c.complexity, v.complexity, 'medium') as complexity,  -- of the claim, by its first submission; medium while unknown
    t.action_code,  -- what was done
    t.disposition_code,  -- how it ended
    coalesce(t.disposition_code = 'completed', false) as is_completed,  -- whether the item was finished
    coalesce(t.disposition_code = 'reopened', false) or t.action_code in ('correct', 'fix_edit', 'fix_reject') as is_rework,  -- done again
    t.started_at,  -- when the item was opened
    t.ended_at,  -- when it was closed
    cast(t.span_s as bigint) as span_s,  -- seconds between the two
    cast(x.active_s as decimal(18, 3)) as active_s,  -- of those, seconds with keyboard or mouse in use
    cast(x.active_s * x.hampered_share as decimal(18, 3)) as friction_s,  -- of the active ones, seconds under an incident
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
