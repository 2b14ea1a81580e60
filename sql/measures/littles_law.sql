-- One row per queue and day: over the 28 days that end on it, whether what was in the queue on average (L) agrees with
-- arrivals per day times days of dwell (W), as it must where a queue neither grows nor shrinks. Where it does not,
-- entries or exits are missing from the log. Judged only where arrivals and exits differ by no more than
-- littles_law_tolerance, and the queue is known for 21 days or more.
-- grain: definition_id, queue, measured_on
-- slice: measured_on
-- restated by: ledger.queue_days.day and 27 days after
-- restated by: ledger.parameters
with days as (
    select queue, day, entries, exits, dwell_s, item_s, min(day) over () as first_day
    from ledger.queue_days
    where day > $from - interval '28 days' and day <= $to
),

windows as (
    select
        d.queue, d.day, min(w.day) as first_day, sum(w.entries) as entries, sum(w.exits) as exits,
        sum(w.item_s) / (28 * 86400.0) as mean_backlog,
        sum(w.entries) / 28.0 as arrivals_per_day,
        sum(w.dwell_s) / 86400.0 / nullif(sum(w.exits), 0) as dwell_days
    from days as d
    inner join days as w on w.queue = d.queue and w.day <= d.day and w.day > d.day - interval '28 days'
    where d.day >= $from
    group by d.queue, d.day
),

both_sides as (
    select
        w.queue, w.day, w.mean_backlog, w.arrivals_per_day * w.dwell_days as expected_backlog, p.value as tolerance,
        date_diff('day', w.first_day, w.day) >= 21
        and abs(w.entries - w.exits) <= p.value * greatest(w.entries, w.exits) as is_steady
    from windows as w
    inner join ledger.parameters as p on p.name = 'littles_law_tolerance'
)

select
    'littles_law' as definition_id,  -- which definition
    queue,  -- name of the work queue
    cast(mean_backlog as decimal(18, 4)) as numerator,  -- items in the queue on average
    cast(expected_backlog as decimal(18, 4)) as denominator,  -- arrivals per day times days of dwell; null where nothing went out
    cast(cast(mean_backlog as decimal(18, 4)) as double)
    / nullif(cast(cast(expected_backlog as decimal(18, 4)) as double), 0) as value,  -- ratio; 1 where the log is complete
    is_steady,  -- whether the queue was steady enough to be judged
    case
        when is_steady and expected_backlog > 0 then abs(mean_backlog - expected_backlog) <= tolerance * expected_backlog
    end as is_within,  -- whether both sides agree within littles_law_tolerance; null where they are not judged
    day as measured_on  -- last day of the 28
from both_sides
