-- One row per stretch of tracked activity, cut so that no second of a person's day is counted twice.
-- The finest data of a person's day counts alone: programs and pages with their times, else tasks with their times, else hours, else a
-- day's total, else a day's time per program, else per task; of several trackers that sum up hours or days, the first by name.
-- Where stretches with times overlap, the one that began first keeps the time. Rows of one hour or day share its length.
-- Stretches away from the computer stay as rows without active time. Intake has cut everything at midnight.
-- grain: source, staff_id, grain, kind, began_at, app, site, task_code
-- slice: started_on
-- restated by: intake.activity.event_date
with stretches_as_delivered as (
    select
        source, staff_id, coalesce(grain, 'event') as grain, coalesce(kind, 'app') as kind, app, site, task_code, started_at,
        ended_at, active_s, app_class, wait_reason, event_date, coalesce(began_on, event_date) as began_on, delivery_date, file_id,
        row_no,
        case
            when kind = 'afk' then 0
            when coalesce(grain, 'event') = 'event' then case when kind in ('task', 'manual') then 2 else 1 end
            when grain = 'hour' then 3
            else case when kind = 'daily_total' then 4 when kind in ('task', 'manual') then 6 else 5 end
        end as fineness
    from intake.activity
    where event_date between $from and $to
),

latest_stretches_with_times as (
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, ended_at, active_s, app_class,
        wait_reason, event_date, began_on, fineness
    from stretches_as_delivered
    where grain = 'event'
    qualify row_number() over (
        partition by source, staff_id, started_at, kind, app, site, task_code, event_date
        order by delivery_date desc, file_id desc, ended_at desc, row_no desc
    ) = 1
),

-- An export of an hour or a day holds all of it: nothing of an earlier one stays beside it.
latest_sums as (
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, ended_at, active_s, app_class,
        wait_reason, event_date, began_on, fineness
    from stretches_as_delivered
    where grain <> 'event'
    qualify dense_rank() over (
        partition by source, staff_id, grain, fineness, started_at, event_date order by delivery_date desc, file_id desc
    ) = 1
),

stretches_and_sums as (
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, ended_at, active_s, app_class,
        wait_reason, event_date, began_on, fineness
    from latest_stretches_with_times
    union all
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, max(ended_at) as ended_at, sum(active_s) as active_s,
        max(app_class) as app_class, cast(null as varchar) as wait_reason, event_date, min(began_on) as began_on, fineness
    from latest_sums
    group by source, staff_id, grain, kind, app, site, task_code, started_at, event_date, fineness
),

with_the_finest_of_the_day as (
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, ended_at, active_s, app_class,
        wait_reason, event_date, began_on, fineness,
        min(case when fineness > 0 then fineness end) over (partition by staff_id, event_date) as finest
    from stretches_and_sums
),

with_the_first_source_of_the_day as (
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, ended_at, active_s, app_class,
        wait_reason, event_date, began_on, fineness,
        min(case when fineness > 0 then source end) over (partition by staff_id, event_date) as first_source
    from with_the_finest_of_the_day
    where fineness in (0, finest)
),

with_what_they_share as (
    select
        source, staff_id, grain, kind, app, site, task_code, started_at, ended_at, active_s, app_class,
        wait_reason, event_date, began_on, fineness,
        max(case when fineness > 0 then ended_at end) over (
            partition by staff_id, event_date
            order by started_at, ended_at desc, source, kind, app, site, task_code
            rows between unbounded preceding and 1 preceding
        ) as covered_until,
        sum(case when fineness > 0 then active_s else 0 end) over (
            partition by staff_id, event_date, started_at
        ) as interval_s,
        -- not in whole seconds: a stretch of 1.7 s with 1.7 active ones would lose a third of them
        extract(epoch from ended_at) - extract(epoch from started_at) as span_s
    from with_the_first_source_of_the_day
    where fineness <= 2 or source = first_source
)

select
    source,  -- tracker: activitywatch, rescuetime, flowace or log
    staff_id,  -- whose computer
    grain,  -- event; hour or day where only a sum is known
    kind,  -- app, web, afk, task, manual or daily_total
    app,  -- program name
    site,  -- class of the web page
    task_code,  -- task
    started_at as began_at,  -- when the stretch began, as delivered
    case
        when grain = 'event' then least(ended_at, greatest(started_at, coalesce(covered_until, started_at)))
        else started_at
    end as started_at,  -- when its own time begins; rows of one hour or day share their time
    ended_at,  -- when it ended
    cast(
        case
            when fineness = 0 or span_s <= 0 then 0
            when grain = 'event' then least(1, active_s / span_s)
            -- rounded down, so that the shares of an interval never add up to more than all of it
            else floor(active_s / greatest(span_s, interval_s) * 1000000) / 1000000
        end as decimal(9, 6)
    ) as active_share,  -- share of it with keyboard or mouse in use; 0 away from the computer
    app_class,  -- ehr, pm, portal, clearinghouse, office, mail or other
    wait_reason,  -- what was waited for in a stretch of waiting: payer, provider or system; else null, and for sums of hours or days
    began_on,  -- day on which the whole stretch began: another day where midnight cut it
    event_date as started_on  -- day on which it began, in the office's time zone
from with_what_they_share
