-- One row per person and shift day: where the paid time went.
-- Friction is the union, clipped to the shift, of the incidents of the systems worked in that day (without any touch:
-- of the system that the roster names). Active time that exceeds the paid time leaves no idle time.
-- grain: staff_id, work_date
-- slice: work_date
-- restated by: intake.shifts.event_date
-- restated by: ledger.active_stretches.started_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.friction_days.affected_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with latest_delivery_of_each_shift as (
    select staff_id, event_date, start_at, end_at, paid_min, leave_min, meeting_min, training_min
    from intake.shifts
    where event_date between $from and $to
    qualify row_number() over (partition by staff_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

shifts_with_role as (
    select
        s.staff_id, s.event_date, s.start_at, s.end_at, s.paid_min, coalesce(s.leave_min, 0) as leave_min,
        coalesce(s.meeting_min, 0) as meeting_min, coalesce(s.training_min, 0) as training_min, r.role, r.system_id
    from latest_delivery_of_each_shift as s
    left join ledger.staff_roles as r
        on r.staff_id = s.staff_id and s.event_date >= r.valid_from
        and (r.valid_to is null or s.event_date <= r.valid_to)
),

systems_worked_in as (
    select distinct staff_id, worked_on, system
    from ledger.touches
    where worked_on between $from and $to and system is not null
),

systems_of_each_shift as (
    select staff_id, worked_on as event_date, system
    from systems_worked_in
    union all
    select s.staff_id, s.event_date, s.system_id as system
    from shifts_with_role as s
    where not exists (
        select 1
        from systems_worked_in as w
        where w.staff_id = s.staff_id and w.worked_on = s.event_date
    )
),

incidents_counted_once as (
    select
        s.staff_id, s.event_date, least(f.ended_at, s.end_at) as ended_at,
        greatest(s.start_at, f.started_at, coalesce(max(f.ended_at) over (
            partition by s.staff_id, s.event_date
            order by f.started_at, f.ended_at desc, f.friction_id
            rows between unbounded preceding and 1 preceding
        ), f.started_at)) as started_at
    from shifts_with_role as s
    inner join systems_of_each_shift as y on y.staff_id = s.staff_id and y.event_date = s.event_date
    inner join ledger.friction_days as f
        on f.system = y.system and f.affected_on = s.event_date
        and f.started_at < s.end_at and f.ended_at > s.start_at
    where f.affected_on between $from and $to
),

friction_of_each_shift as (
    select staff_id, event_date, sum(date_diff('second', started_at, ended_at)) / 60.0 as friction_min
    from incidents_counted_once
    where started_at < ended_at
    group by staff_id, event_date
),

activity_of_each_day as (
    select
        staff_id, started_on,
        sum(cast(date_diff('second', started_at, ended_at) * active_share as decimal(18, 3))) as active_s
    from ledger.active_stretches
    where started_on between $from and $to and kind <> 'afk'
    group by staff_id, started_on
),

touches_of_each_day as (
    select staff_id, worked_on, sum(active_s) as active_s
    from ledger.touches
    where worked_on between $from and $to
    group by staff_id, worked_on
),

minutes_of_each_day as (
    select
        s.staff_id, s.event_date, s.role, s.paid_min, s.leave_min, s.meeting_min, s.training_min,
        s.paid_min - s.leave_min - s.meeting_min - s.training_min as available_min,
        cast(coalesce(f.friction_min, 0) as decimal(18, 3)) as friction_min,
        cast(coalesce(a.active_s, t.active_s, 0) / 60.0 as decimal(18, 3)) as active_min
    from shifts_with_role as s
    left join friction_of_each_shift as f on f.staff_id = s.staff_id and f.event_date = s.event_date
    left join activity_of_each_day as a on a.staff_id = s.staff_id and a.started_on = s.event_date
    left join touches_of_each_day as t on t.staff_id = s.staff_id and t.worked_on = s.event_date
)

select
    staff_id,  -- person
    coalesce(role, 'unknown') as role,  -- billing role held that day
    paid_min,  -- paid minutes
    cast(leave_min as decimal(18, 3)) as leave_min,  -- of those, leave
    cast(meeting_min as decimal(18, 3)) as meeting_min,  -- of those, meetings
    cast(training_min as decimal(18, 3)) as training_min,  -- of those, training
    friction_min,  -- minutes of the shift under an incident
    cast(greatest(0, available_min - friction_min) as decimal(18, 3)) as productive_min,  -- paid less all of the above
    active_min,  -- minutes with keyboard or mouse in use; by the work log where nothing was tracked
    cast(greatest(0, available_min - active_min) as decimal(18, 3)) as idle_min,  -- available minutes without activity
    event_date as work_date  -- day of the shift
from minutes_of_each_day
