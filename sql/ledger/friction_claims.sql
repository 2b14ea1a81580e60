-- One row per claim of a person that a system hampered their work, in its last state. Nobody decides on their own claim:
-- one that the claimant accepted stays undecided until somebody else does.
-- grain: claim_id
-- slice: claim_id (key)
-- restated by: intake.friction_claims.claim_id
with last_state_of_each_claim as (
    select claim_id, staff_id, system, kind, started_at, ended_at, status, decided_by, decided_at, event_date
    from intake.friction_claims
    where claim_id in (select key from ops.restating)
    qualify row_number() over (
        partition by claim_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

claims_decided_by_others as (
    select
        claim_id, staff_id, system, kind, started_at, ended_at, decided_at, event_date,
        lower(status) in ('accepted', 'rejected') and decided_by is distinct from staff_id as is_decided,
        lower(status) as status
    from last_state_of_each_claim
)

select
    claim_id,  -- number of the claim
    staff_id,  -- who was hampered
    system,  -- system that was down or slow
    kind,  -- outage or slow
    started_at,  -- when it began
    ended_at,  -- when it ended; null while it lasts
    case when is_decided then status else 'claimed' end as status,  -- claimed, accepted or rejected
    case when is_decided then decided_at end as decided_at,  -- when it was decided; null before
    event_date as told_on,  -- day of its last state
    cast(started_at as date) as started_on  -- day on which it began, in the office's time zone
from claims_decided_by_others
