-- One row per query that a coder sent to a provider, in its last state: when it was sent, and when it was answered.
-- The time belongs to the provider. It is nobody's work in the billing office and is never taken off a coder's score.
-- grain: query_id
-- slice: query_id (key)
-- restated by: intake.queries.query_id
select
    query_id,  -- number of the query
    encounter_id,  -- visit or stay that it is about
    coder_id,  -- who asked
    provider_npi,  -- who was asked, and whose time it is
    sent_at,  -- when it was sent
    answered_at  -- when it was answered; null while open
from intake.queries
where query_id in (select key from ops.restating) and event_date >= $horizon
qualify row_number() over (
    partition by query_id
    order by updated_at desc, delivery_date desc, file_id desc, row_no desc
) = 1
