-- One row per stretch of tracked activity, cut so that no second of a person's day is counted twice.
-- Trackers report programs and web pages side by side; the stretch that began first keeps the time that both cover.
-- A day's activity is what began on it. Stretches away from the computer stay as rows without active time.
-- grain: source, staff_id, began_at, app
-- slice: started_on
-- restated by: intake.activity.event_date
with latest_delivery_of_each_stretch as (
    select
        source, staff_id, coalesce(kind, 'app') <> 'afk' as is_at_work, app, started_at, ended_at, active_s, event_date,
        -- date_diff gives the same seconds; on millions of stretches it takes twice as long
        floor(extract(epoch from ended_at)) - floor(extract(epoch from started_at)) as span_s
    from intake.activity
    where event_date between $from and $to
    qualify row_number() over (
        partition by source, staff_id, started_at, app, event_date
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

stretches_with_the_end_of_those_before as (
    select
        source, staff_id, app, is_at_work, started_at, ended_at, active_s, event_date, span_s,
        max(case when is_at_work then ended_at end) over (
            partition by staff_id, event_date
            order by started_at, ended_at desc, source, app
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from latest_delivery_of_each_stretch
)

select
    source,  -- tracker: activitywatch or log
    staff_id,  -- whose computer
    app,  -- program name
    started_at as began_at,  -- when the stretch began, as delivered
    least(ended_at, greatest(started_at, coalesce(covered_until, started_at))) as started_at,  -- when its own time begins
    ended_at,  -- when it ended
    cast(
        case when is_at_work and span_s > 0 then least(1, active_s / span_s) else 0 end as decimal(9, 6)
    ) as active_share,  -- share of it with keyboard or mouse in use; 0 away from the computer
    event_date as started_on  -- day on which it began, in the office's time zone
from stretches_with_the_end_of_those_before
