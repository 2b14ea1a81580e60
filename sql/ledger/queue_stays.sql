-- One row per stay of an item in a work queue: in, and the next out. An item that comes back begins a stay of its own. A second
-- "in" without an "out" between belongs to the stay that lasts, and an "out" without an "in" to one that began before the log.
-- grain: stay_id
-- slice: item_id (key)
-- restated by: intake.queue_events.item_id
with latest_delivery_of_each_event as (
    select event_id, queue, item_id, pcn, event, occurred_at, event_date, reason, sla_hours, row_no
    from intake.queue_events
    where item_id in (select key from ops.restating) and event_date >= $horizon and event in ('in', 'out')
    qualify row_number() over (
        partition by event_id
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

-- Of one moment, the order in the file holds.
turns as (
    select
        event_id, queue, item_id, pcn, event, occurred_at, event_date, reason, sla_hours, row_no,
        coalesce(lag(event) over (
            partition by queue, item_id
            order by occurred_at, row_no, event_id
        ), 'out') as event_before
    from latest_delivery_of_each_event
),

ins_and_outs_in_turn as (
    select
        event_id, queue, item_id, pcn, event, occurred_at, event_date, sla_hours,
        lead(occurred_at) over (
            partition by queue, item_id
            order by occurred_at, row_no, event_id
        ) as left_at,
        lead(event_date) over (
            partition by queue, item_id
            order by occurred_at, row_no, event_id
        ) as left_on,
        lead(reason) over (
            partition by queue, item_id
            order by occurred_at, row_no, event_id
        ) as left_because
    from turns
    where event <> event_before
)

select
    event_id as stay_id,  -- number of the event with which it came in
    queue,  -- name of the work queue
    item_id,  -- what waits
    pcn,  -- claim number, where the item has one
    occurred_at as entered_at,  -- when it came in
    event_date as entered_on,  -- its day, in the office's time zone
    left_at,  -- when it went out; null while it waits
    left_on,  -- its day; null while it waits
    left_because,  -- why it went out: worked, moved, cancelled
    sla_hours  -- hours within which it should leave; null where the queue has none
from ins_and_outs_in_turn
where event = 'in'
