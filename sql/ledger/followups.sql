-- One row per follow-up touch of A/R and denial people: asking a payer after an account, claim or denial. Inbound: the
-- payer or patient came to us. Premature: nothing has been answered, and the claim is younger than the payer usually
-- takes. Proactive: on or after the day on which it was due. Unscheduled: none of these. The first that fits holds. A
-- follow-up is avoidable if it is premature, or leaves the item pending as the follow-up of it in the 30 days before
-- did.
-- grain: touch_id
-- slice: worked_on
-- restated by: ledger.touches.worked_on and 30 days after
-- restated by: ledger.payer_responses.as_of
-- restated by: ledger.adjudications.pcn via pcn
-- restated by: ledger.parameters
with followup_touches as (
    select
        touch_id, staff_id, role, item_type, item_id, pcn, payer_id, complexity, disposition_code, trigger, due_on,
        first_submitted_on, active_s, worked_on,
        lag(disposition_code) over (partition by item_type, item_id order by started_at, touch_id) as disposition_before,
        lag(worked_on) over (partition by item_type, item_id order by started_at, touch_id) as worked_before
    from ledger.touches
    where
        worked_on between $from - interval '30 days' and $to and is_touch
        and role in ('ar_follow_up', 'denial_management') and item_type in ('account', 'claim', 'denial')
        and action_code in ('status_check', 'call', 'follow_up', 'portal_check', 'inquiry')
),

first_answers as (
    select a.pcn, min(a.adjudicated_on) as answered_on
    from ledger.adjudications as a
    where not a.is_reversal and a.pcn in (select f.pcn from followup_touches as f)
    group by a.pcn
),

followups_with_their_claim as (
    select
        f.touch_id, f.staff_id, f.role, f.item_type, f.item_id, f.pcn, f.payer_id, f.complexity, f.disposition_code, f.trigger,
        f.due_on, f.active_s, f.worked_on,
        date_diff('day', f.first_submitted_on, f.worked_on) as claim_age_days,
        coalesce(r.expected_days, p.value) as expected_days,
        coalesce(a.answered_on <= f.worked_on, false) as is_answered,
        coalesce(
            f.disposition_code = 'pending' and f.disposition_before = 'pending'
            and f.worked_before >= f.worked_on - interval '30 days'
            and (a.answered_on is null or a.answered_on <= f.worked_before or a.answered_on > f.worked_on), false
        ) as is_still_pending
    from followup_touches as f
    inner join ledger.parameters as p on p.name = 'payer_response_days'
    left join ledger.payer_responses as r
        on r.payer_id = f.payer_id and r.as_of = f.worked_on and r.as_of between $from and $to
    left join first_answers as a on a.pcn = f.pcn
    where f.worked_on between $from and $to
),

followups_by_kind as (
    select
        touch_id, staff_id, role, item_type, item_id, pcn, payer_id, complexity, disposition_code, active_s, worked_on,
        claim_age_days, expected_days, is_answered, is_still_pending,
        case
            when trigger = 'inbound' then 'inbound'
            when not is_answered and claim_age_days < expected_days then 'premature'
            when due_on <= worked_on or trigger = 'due' then 'proactive'
            else 'unscheduled'
        end as kind
    from followups_with_their_claim
)

select
    touch_id,  -- the touch
    staff_id,  -- who asked
    role,  -- billing role held that day
    item_type,  -- account, claim or denial
    item_id,  -- what was asked after
    pcn,  -- claim number
    payer_id,  -- payer of the claim
    complexity,  -- complexity of the claim
    kind,  -- inbound, premature, proactive or unscheduled
    disposition_code,  -- how it ended
    cast(claim_age_days as bigint) as claim_age_days,  -- days since the first submission; null while unknown
    cast(expected_days as decimal(18, 1)) as expected_days,  -- days in which the payer was expected to answer
    is_answered,  -- whether a payer had judged the claim by then
    kind = 'premature' or (kind <> 'inbound' and is_still_pending) as is_avoidable,  -- whether it advanced nothing, by the rule above
    active_s,  -- active seconds in it
    worked_on  -- day
from followups_by_kind
