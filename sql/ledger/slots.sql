-- One row per slot of a clinician's schedule in its latest state, on the day on which it begins in the office's time zone.
-- grain: slot_id
-- slice: slot_id (key)
-- restated by: intake.slots.slot_id
with latest_state_of_each_slot as (
    select slot_id, provider_npi, minutes, is_bookable, status, updated_at, cast(starts_at as date) as slot_date
    from intake.slots
    where slot_id in (select key from ops.restating)
    qualify row_number() over (
        partition by slot_id order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
)

select
    slot_id,  -- slot
    provider_npi,  -- clinician
    minutes,  -- length in minutes; null where not told
    is_bookable,  -- whether it could be booked; false for blocked time
    status,  -- open, booked, completed, no_show or cancelled
    cast(updated_at as date) as updated_on,  -- day of this state
    slot_date  -- day of the slot
from latest_state_of_each_slot
