-- One row per incident of a system, or accepted claim of one person, and calendar day whose work it may have slowed.
-- The day before counts too: work that began then may have run past midnight. An open incident counts for 24 hours
-- until its end is delivered, a closed one for at most 168: a ticket that nobody closed must not excuse a month.
-- A logged incident hampers everybody on the system; a claim, once somebody accepted it, the person who made it alone.
-- grain: friction_id, affected_on
-- slice: started_on
-- restated by: intake.friction.event_date
-- restated by: ledger.friction_claims.started_on
with latest_state_of_each_incident as (
    select friction_id, system, kind, started_at, ended_at, event_date
    from intake.friction
    where event_date between $from and $to
    qualify row_number() over (
        partition by friction_id, event_date
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

incidents_and_accepted_claims as (
    select friction_id, cast(null as varchar) as staff_id, system, kind, started_at, ended_at, event_date
    from latest_state_of_each_incident
    union all
    -- its number must not be taken for that of an incident
    select 'claim:' || claim_id, staff_id, system, kind, started_at, ended_at, started_on
    from ledger.friction_claims
    where started_on between $from and $to and status = 'accepted'
),

incidents_with_an_end as (
    select
        friction_id, staff_id, system, kind, event_date, started_at,
        case
            when ended_at is null then started_at + interval '24 hours'
            else least(ended_at, started_at + interval '168 hours')
        end as ended_at
    from incidents_and_accepted_claims
    where ended_at is null or ended_at > started_at
),

days_after_the_start (days_after) as (
    values (-1), (0), (1), (2), (3), (4), (5), (6), (7), (8)
)

select
    i.friction_id,  -- number of the incident; claim:<number> for a person's own
    i.staff_id,  -- whom it hampered; null for everybody on the system
    i.system,  -- system that was down or slow
    i.kind,  -- outage or slow
    cast(i.event_date + d.days_after * interval '1 day' as date) as affected_on,  -- day whose work it may have slowed
    i.started_at,  -- when it began
    i.ended_at,  -- when it ended, or is taken to have ended
    i.event_date as started_on  -- day on which it began
from incidents_with_an_end as i
inner join days_after_the_start as d
    on d.days_after <= floor(date_diff('second', i.started_at, i.ended_at) / 86400.0) + 1
