-- One row per work queue and day on which something was in it: what came, what went, what was left at its end, how long
-- it had waited, and the time that items spent in it. Built whole, because an exit that is told late changes every day
-- before it.
-- grain: queue, day
-- slice: all
-- restated by: ledger.queue_stays
-- looked up in: ledger.calendar
with days_told as (
    select min(entered_on) as first_day, max(greatest(entered_on, coalesce(left_on, entered_on))) as last_day
    from ledger.queue_stays
),

days as (
    select c.day, c.begins_at, c.ends_at
    from days_told as t
    inner join ledger.calendar as c on c.day between t.first_day and t.last_day
),

days_of_each_stay as (
    select
        s.queue, c.day, s.entered_at, s.left_at, s.sla_hours, s.entered_on, s.left_on, c.begins_at, c.ends_at,
        s.left_on is null or s.left_on > c.day as is_left_over
    from ledger.queue_stays as s
    inner join days as c on c.day = s.entered_on
    union all
    select
        s.queue, c.day, s.entered_at, s.left_at, s.sla_hours, s.entered_on, s.left_on, c.begins_at, c.ends_at,
        s.left_on is null or s.left_on > c.day as is_left_over
    from ledger.queue_stays as s
    inner join days as c on c.day > s.entered_on and c.day <= coalesce(s.left_on, c.day)
    where s.left_on is null or s.left_on > s.entered_on
)

select
    queue,  -- name of the work queue
    cast(count(*) filter (where entered_on = day) as bigint) as entries,  -- items that came in
    cast(count(*) filter (where left_on = day) as bigint) as exits,  -- items that went out
    cast(count(*) filter (where left_on = day and sla_hours is not null) as bigint) as exits_with_sla,  -- of those with a limit
    cast(count(*) filter (
        where left_on = day and date_diff('second', entered_at, left_at) > sla_hours * 3600
    ) as bigint) as exits_past_sla,  -- of those later than that
    cast(
        coalesce(sum(date_diff('second', entered_at, left_at)) filter (where left_on = day), 0) as bigint
    ) as dwell_s,  -- seconds that the items which went out had been in
    cast(count(*) filter (where is_left_over) as bigint) as backlog,  -- items in it at the day's end
    cast(count(*) filter (where is_left_over and sla_hours is not null) as bigint) as backlog_with_sla,  -- of those with a limit
    cast(count(*) filter (
        where is_left_over and date_diff('second', entered_at, ends_at) > sla_hours * 3600
    ) as bigint) as backlog_past_sla,  -- of those waiting longer than that
    cast(coalesce(max(date_diff('second', entered_at, ends_at)) filter (where is_left_over), 0) / 3600.0
        as decimal(18, 4)) as oldest_h,  -- hours for which the oldest of them has waited; 0 without any
    cast(sum(greatest(0, date_diff(
        'second', greatest(entered_at, begins_at), least(coalesce(left_at, ends_at), ends_at)
    ))) as bigint) as item_s,  -- seconds that all items together spent in it that day
    day  -- day
from days_of_each_stay
group by queue, day
