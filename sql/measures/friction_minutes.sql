-- One row per system and day: minutes of shifts under an incident of it, and the shifts in which it was worked in.
-- Incidents of one system that overlap count once; a shift without any touch counts for the system that the roster
-- names. A claim that somebody accepted counts in the shift of the person who made it alone.
-- grain: definition_id, system, measured_on
-- slice: measured_on
-- restated by: ledger.staff_days.work_date
-- restated by: ledger.touches.worked_on
-- restated by: ledger.friction_days.affected_on
-- restated by: ledger.staff_roles
with shifts as (
    select staff_id, work_date, shift_start_at, shift_end_at
    from ledger.staff_days
    where work_date between $from and $to
),

systems_worked_in as (
    select distinct staff_id, worked_on, system
    from ledger.touches
    where worked_on between $from and $to and system is not null
),

systems_of_each_shift as (
    select s.staff_id, s.work_date, s.shift_start_at, s.shift_end_at, w.system
    from shifts as s
    inner join systems_worked_in as w on w.staff_id = s.staff_id and w.worked_on = s.work_date
    union all
    select s.staff_id, s.work_date, s.shift_start_at, s.shift_end_at, r.system_id as system
    from shifts as s
    inner join ledger.staff_roles as r
        on r.staff_id = s.staff_id and s.work_date >= r.valid_from
        and (r.valid_to is null or s.work_date <= r.valid_to) and r.system_id is not null
    where not exists (
        select 1
        from systems_worked_in as w
        where w.staff_id = s.staff_id and w.worked_on = s.work_date
    )
),

incidents_counted_once as (
    select
        y.staff_id, y.work_date, y.system, least(f.ended_at, y.shift_end_at) as ended_at,
        greatest(y.shift_start_at, f.started_at, coalesce(max(f.ended_at) over (
            partition by y.staff_id, y.work_date, y.system
            order by f.started_at, f.ended_at desc, f.friction_id
            rows between unbounded preceding and 1 preceding
        ), f.started_at)) as started_at
    from systems_of_each_shift as y
    inner join ledger.friction_days as f
        on f.system = y.system and f.affected_on = y.work_date and (f.staff_id is null or f.staff_id = y.staff_id)
        and f.started_at < y.shift_end_at and f.ended_at > y.shift_start_at
    where f.affected_on between $from and $to
),

seconds_of_each_system as (
    select system, work_date, sum(date_diff('second', started_at, ended_at)) as friction_s
    from incidents_counted_once
    where started_at < ended_at
    group by system, work_date
),

shifts_of_each_system as (
    select system, work_date, count(*) as n_shifts
    from systems_of_each_shift
    group by system, work_date
)

select
    'friction_minutes.by_system' as definition_id,  -- which definition
    s.system,  -- ehr, pm, clearinghouse or portal:<payer>
    cast(coalesce(f.friction_s, 0) / 60.0 as decimal(18, 4)) as numerator,  -- minutes of shifts under an incident of it
    cast(s.n_shifts as decimal(18, 4)) as denominator,  -- shifts in which it was worked in
    cast(coalesce(f.friction_s, 0) as double) / 60 / nullif(s.n_shifts, 0) as value,  -- minutes per shift
    s.work_date as measured_on  -- day
from shifts_of_each_system as s
left join seconds_of_each_system as f on f.system = s.system and f.work_date = s.work_date
