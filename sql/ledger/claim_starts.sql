-- One row per claim number that the office entered, scrubbed or heard about: its life before a payer judges it.
-- The front end's answer is the claim-level 277CA; a 999 alone says only that the file could be read.
-- grain: pcn
-- slice: pcn (key)
-- restated by: intake.charge_entries.pcn
-- restated by: intake.coding.pcn
-- restated by: intake.coding.encounter_id via intake.charge_entries.encounter_id
-- restated by: intake.scrubber_events.pcn
-- restated by: intake.acknowledgements.pcn
with charge_entry as (
    select pcn, encounter_id, payer_id, service_date, charge, entered_by, event_date
    from intake.charge_entries
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (partition by pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

coding_by_claim_or_visit as (
    select c.pcn, k.coder_id, k.event_date
    from charge_entry as c
    inner join intake.coding as k on k.encounter_id = c.encounter_id
    where k.pcn is null and k.event_date >= $horizon
    qualify row_number() over (partition by c.pcn order by k.delivery_date desc, k.file_id desc, k.row_no desc) = 1
    union all
    select pcn, coder_id, event_date
    from intake.coding
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (partition by pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

last_coding as (
    select pcn, coder_id, event_date
    from coding_by_claim_or_visit
    qualify row_number() over (partition by pcn order by event_date desc, coder_id) = 1
),

scrubber_events_with_the_release as (
    select
        pcn, event, occurred_at, event_date,
        not coalesce(is_automated, resolved_by is null and resolved_at is not null)
        and not (coalesce(severity, 'error') = 'warning' and resolved_at is null) as is_human,
        min(case when event = 'released' then occurred_at end) over (partition by pcn) as released_at
    from (
        select pcn, event, occurred_at, event_date, is_automated, severity, resolved_by, resolved_at
        from intake.scrubber_events
        where pcn in (select key from ops.restating) and event_date >= $horizon
        qualify row_number() over (partition by pcn, event_id, event order by delivery_date desc, file_id desc, row_no desc) = 1
    ) as latest_delivery_of_each_event
),

scrubbing as (
    select
        pcn,
        min(event_date) filter (where event = 'accepted') as scrubbed_on,
        count(*) filter (where event = 'released') as n_releases,
        count(*) filter (
            where event = 'edit' and is_human and (released_at is null or occurred_at <= released_at)
        ) as n_human_edits
    from scrubber_events_with_the_release
    group by pcn
),

first_front_end_answer as (
    select pcn, event_date, outcome
    from intake.acknowledgements
    where
        pcn in (select key from ops.restating) and event_date >= $horizon
        and kind = '277CA' and level = 'claim' and outcome <> 'pending'
    qualify row_number() over (
        partition by pcn
        order by acknowledged_at, case when outcome = 'rejected' then 0 else 1 end, outcome, file_id, row_no, k
    ) = 1
),

claims_seen_before_a_payer as (
    select pcn from charge_entry
    union
    select pcn from last_coding
    union
    select pcn from scrubbing
    union
    select pcn from first_front_end_answer
)

select
    p.pcn,  -- the provider's claim number
    e.encounter_id,  -- visit or stay that was billed
    e.payer_id,  -- payer entered
    e.service_date,  -- first date of service entered
    e.charge,  -- charge entered, USD
    e.event_date as charge_entered_on,  -- day of charge entry
    e.entered_by as charge_entered_by,  -- who entered the charges
    k.coder_id,  -- who coded the visit
    k.event_date as coded_on,  -- day on which coding was final
    u.scrubbed_on,  -- day of the first acceptance into the scrubber
    cast(coalesce(u.n_human_edits, 0) as bigint) as n_human_edits,  -- edits before release left to people; ignored warnings are none
    case
        when u.scrubbed_on is not null then u.n_releases > 0 and u.n_human_edits = 0
    end as is_clean,  -- released without a human fix, false until released; null before the scrubber accepted it
    f.event_date as first_acknowledged_on,  -- day of the first claim-level 277CA that decides
    f.outcome as first_front_end_outcome  -- accepted, accepted_with_errors or rejected, by that 277CA
from claims_seen_before_a_payer as p
left join charge_entry as e on e.pcn = p.pcn
left join last_coding as k on k.pcn = p.pcn
left join scrubbing as u on u.pcn = p.pcn
left join first_front_end_answer as f on f.pcn = p.pcn
