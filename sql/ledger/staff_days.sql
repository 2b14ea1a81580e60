-- One row per person and shift day: where the paid time went. Friction is the union, clipped to the shift, of the
-- incidents of the systems worked in that day (without any touch: of the system that the roster names) and of the
-- person's own accepted claims on them. Active time that exceeds the paid time leaves no idle time. Activity belongs to
-- the day on which its stretch began, so a session over midnight stays with its shift. Every second is told once: what
-- lies under an incident is friction, of the rest what was active is work, and of stretches of waiting what was not.
-- grain: staff_id, work_date
-- slice: work_date
-- restated by: intake.shifts.event_date
-- restated by: ledger.active_stretches.began_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.friction_days.affected_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with latest_delivery_of_each_shift as (
    select staff_id, event_date, start_at, end_at, paid_min, leave_min, meeting_min, training_min, overtime_min
    from intake.shifts
    where event_date between $from and $to
    qualify row_number() over (partition by staff_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

shifts_with_role as (
    select
        s.staff_id, s.event_date, s.start_at, s.end_at, s.paid_min, coalesce(s.leave_min, 0) as leave_min,
        coalesce(s.meeting_min, 0) as meeting_min, coalesce(s.training_min, 0) as training_min,
        coalesce(s.overtime_min, 0) as overtime_min, r.role, r.system_id
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
        on f.system = y.system and f.affected_on = s.event_date and (f.staff_id is null or f.staff_id = s.staff_id)
        and f.started_at < s.end_at and f.ended_at > s.start_at
    where f.affected_on between $from and $to
),

friction_of_each_shift as (
    select staff_id, event_date, sum(date_diff('second', started_at, ended_at)) / 60.0 as friction_min
    from incidents_counted_once
    where started_at < ended_at
    group by staff_id, event_date
),

stretches_of_each_day as (
    select
        staff_id, began_on as event_date, source, grain, kind, began_at, app, site, task_code, started_at, ended_at, active_share,
        wait_reason
    from ledger.active_stretches
    where began_on between $from and $to and started_at < ended_at
),

stretches_under_incidents as (
    select
        a.staff_id, a.event_date, a.source, a.grain, a.kind, a.began_at, a.app, a.site, a.task_code, a.started_at,
        sum(date_diff('second', greatest(a.started_at, f.started_at), least(a.ended_at, f.ended_at))) as hampered_s
    from stretches_of_each_day as a
    inner join incidents_counted_once as f
        on f.staff_id = a.staff_id and f.event_date = a.event_date
        and f.started_at < a.ended_at and f.ended_at > a.started_at and f.started_at < f.ended_at
    group by all
),

seconds_of_each_stretch as (
    select
        a.staff_id, a.event_date, a.kind, a.wait_reason, a.active_share,
        date_diff('second', a.started_at, a.ended_at) as span_s, coalesce(h.hampered_s, 0) as hampered_s
    from stretches_of_each_day as a
    left join stretches_under_incidents as h
        on h.staff_id = a.staff_id and h.event_date = a.event_date and h.source = a.source and h.grain = a.grain
        and h.kind = a.kind and h.began_at = a.began_at and h.started_at = a.started_at
        and h.app is not distinct from a.app and h.site is not distinct from a.site
        and h.task_code is not distinct from a.task_code
),

activity_of_each_day as (
    select
        staff_id, event_date,
        count(*) filter (where kind <> 'afk') > 0 as is_tracked,
        sum(cast(span_s * active_share as decimal(18, 3))) as active_s,
        sum(cast((span_s - hampered_s) * active_share as decimal(18, 3))) as worked_s,
        sum(cast(case when wait_reason = 'payer' then (span_s - hampered_s) * (1 - active_share) else 0 end
            as decimal(18, 3))) as waiting_payer_s,
        sum(cast(case when wait_reason = 'provider' then (span_s - hampered_s) * (1 - active_share) else 0 end
            as decimal(18, 3))) as waiting_provider_s,
        sum(cast(case when wait_reason not in ('payer', 'provider') then (span_s - hampered_s) * (1 - active_share) else 0 end
            as decimal(18, 3))) as waiting_system_s
    from seconds_of_each_stretch
    group by staff_id, event_date
),

-- Without a tracker the whole touch was active, so what of it lay under an incident is told in seconds.
touches_under_incidents as (
    select
        t.touch_id, sum(date_diff('second', greatest(t.started_at, f.started_at), least(t.ended_at, f.ended_at))) as hampered_s
    from ledger.touches as t
    inner join incidents_counted_once as f
        on f.staff_id = t.staff_id and f.event_date = t.worked_on
        and f.started_at < t.ended_at and f.ended_at > t.started_at and f.started_at < f.ended_at
    where t.worked_on between $from and $to
    group by t.touch_id
),

touches_of_each_day as (
    select
        t.staff_id, t.worked_on, sum(t.active_s) as active_s,
        sum(cast(case
            when t.span_s > 0 then t.active_s * (t.span_s - coalesce(h.hampered_s, 0)) / t.span_s
            else 0
        end as decimal(18, 3))) as worked_s
    from ledger.touches as t
    left join touches_under_incidents as h on h.touch_id = t.touch_id
    where t.worked_on between $from and $to
    group by t.staff_id, t.worked_on
),

minutes_of_each_day as (
    select
        s.staff_id, s.event_date, s.start_at, s.end_at, s.role, s.paid_min, s.leave_min, s.meeting_min, s.training_min,
        s.overtime_min,
        s.paid_min - s.leave_min - s.meeting_min - s.training_min as available_min,
        cast(coalesce(f.friction_min, 0) as decimal(18, 3)) as friction_min,
        cast(coalesce(case when a.is_tracked then a.active_s end, t.active_s, 0) / 60.0 as decimal(18, 3)) as active_min,
        coalesce(case when a.is_tracked then a.worked_s end, t.worked_s, 0) / 60.0 as worked_min,
        coalesce(a.waiting_payer_s, 0) / 60.0 as waiting_payer_min,
        coalesce(a.waiting_provider_s, 0) / 60.0 as waiting_provider_min,
        coalesce(a.waiting_system_s, 0) / 60.0 as waiting_system_min
    from shifts_with_role as s
    left join friction_of_each_shift as f on f.staff_id = s.staff_id and f.event_date = s.event_date
    left join activity_of_each_day as a on a.staff_id = s.staff_id and a.event_date = s.event_date
    left join touches_of_each_day as t on t.staff_id = s.staff_id and t.worked_on = s.event_date
),

-- Each share takes what the ones before leave: first friction and booked time, then work, then waiting; idle is the rest.
minutes_that_fit_into_the_day as (
    select
        staff_id, event_date, start_at, end_at, role, paid_min, leave_min, meeting_min, training_min, overtime_min,
        available_min, friction_min,
        active_min, waiting_payer_min, waiting_provider_min, waiting_system_min,
        cast(greatest(0, available_min - friction_min) as decimal(18, 3)) as productive_min,
        cast(least(worked_min, greatest(0, available_min - friction_min)) as decimal(18, 3)) as worked_min
    from minutes_of_each_day
),

waiting_that_fits_into_the_day as (
    select
        staff_id, event_date, start_at, end_at, role, paid_min, leave_min, meeting_min, training_min, overtime_min,
        available_min, friction_min,
        active_min, productive_min, worked_min,
        cast(least(waiting_payer_min, productive_min - worked_min) as decimal(18, 3)) as waiting_payer_min,
        cast(greatest(0, least(waiting_provider_min, productive_min - worked_min - waiting_payer_min))
            as decimal(18, 3)) as waiting_provider_min,
        cast(greatest(0, least(
            waiting_system_min, productive_min - worked_min - waiting_payer_min - waiting_provider_min
        )) as decimal(18, 3)) as waiting_system_min
    from minutes_that_fit_into_the_day
)

select
    staff_id,  -- person
    coalesce(role, 'unknown') as role,  -- billing role held that day
    paid_min,  -- paid minutes, overtime included
    cast(leave_min as decimal(18, 3)) as leave_min,  -- of those, leave
    cast(meeting_min as decimal(18, 3)) as meeting_min,  -- of those, meetings
    cast(training_min as decimal(18, 3)) as training_min,  -- of those, training
    friction_min,  -- minutes of the shift under an incident
    productive_min,  -- paid less all of the above
    active_min,  -- minutes with keyboard or mouse in use; by the work log where nothing was tracked
    cast(greatest(0, available_min - active_min) as decimal(18, 3)) as idle_min,  -- available minutes without activity
    cast(overtime_min as decimal(18, 3)) as overtime_min,  -- of the paid minutes, overtime
    worked_min,  -- of the productive minutes, those with keyboard or mouse in use
    waiting_payer_min,  -- of the other productive minutes, those in which a payer was waited for
    waiting_provider_min,  -- those in which a provider was waited for
    waiting_system_min,  -- those in which a system or anything else was waited for
    start_at as shift_start_at,  -- when the shift begins
    end_at as shift_end_at,  -- when it ends
    event_date as work_date  -- day of the shift
from waiting_that_fits_into_the_day
