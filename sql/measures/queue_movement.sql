-- One row per definition, queue and day on which something was in it: how a work queue moves, and what is left at the
-- day's end.
-- grain: definition_id, queue, measured_on
-- slice: measured_on
-- restated by: ledger.queue_days.day
with days as (
    select queue, day, entries, exits, exits_with_sla, exits_past_sla, backlog, backlog_with_sla, backlog_past_sla, oldest_h
    from ledger.queue_days
    where day between $from and $to
),

measures as (
    select 'queue_movement.exits_per_entry' as definition_id, queue, day, exits as numerator, entries as denominator
    from days
    union all
    select 'queue_movement.entries' as definition_id, queue, day, entries as numerator, 1 as denominator
    from days
    union all
    select 'queue_movement.exits' as definition_id, queue, day, exits as numerator, 1 as denominator
    from days
    union all
    select 'queue_movement.net_change' as definition_id, queue, day, entries - exits as numerator, 1 as denominator
    from days
    union all
    select 'queue_movement.backlog' as definition_id, queue, day, backlog as numerator, 1 as denominator
    from days
    union all
    select
        'queue_movement.backlog_past_sla' as definition_id, queue, day,
        backlog_past_sla as numerator, backlog_with_sla as denominator
    from days
    union all
    select
        'queue_movement.exits_past_sla' as definition_id, queue, day, exits_past_sla as numerator, exits_with_sla as denominator
    from days
    union all
    select 'queue_movement.oldest' as definition_id, queue, day, oldest_h as numerator, 1 as denominator
    from days
    where backlog > 0
)

select
    definition_id,  -- which definition
    queue,  -- name of the work queue
    cast(numerator as decimal(18, 4)) as numerator,  -- items, or hours
    cast(denominator as decimal(18, 4)) as denominator,  -- items, or 1 for the queue and day
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- ratio, items or hours
    day as measured_on  -- day
from measures
