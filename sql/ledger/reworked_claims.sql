-- One row per claim that went out: whether it had to be worked again, whose step that goes back to, and what it cost.
-- Reworked: replaced or voided (frequency 7 or 8), appealed, or reopened because of an error or a missing document. It
-- goes back to the role that the work log names; else to the one whose step the first denial's root cause belongs to;
-- else to the one whose family of edits stopped it; else to nobody known. The person is who did that step, where one is
-- known.
-- grain: pcn
-- slice: pcn (key)
-- restated by: ledger.claims.pcn
-- restated by: ledger.touches.pcn
-- restated by: ledger.denials.pcn
-- restated by: intake.scrubber_events.pcn
with steps_by_root_cause (category, origin_role) as (
    values
    ('coding', 'coder'), ('medical_necessity', 'coder'), ('documentation', 'coder'), ('eligibility', 'charge_entry'),
    ('coordination_of_benefits', 'charge_entry'), ('authorisation', 'charge_entry'), ('missing_information', 'charge_entry'),
    ('timely_filing', 'charge_entry'), ('credentialing', 'charge_entry'), ('duplicate', 'charge_entry')
),

steps_by_family_of_edits (edit_family, origin_role) as (
    values ('coding', 'coder'), ('charge', 'charge_entry'), ('registration', 'charge_entry')
),

claims_that_went_out as (
    select pcn, payer_id, complexity, first_submitted_on, coder_id, charge_entered_by, is_reworked, n_submissions
    from ledger.claims
    where pcn in (select key from ops.restating) and first_submitted_on is not null
),

touches_after_submission as (
    select
        t.pcn, t.touch_id, t.started_at, t.rework_reason, t.origin_role, t.labour_cost, t.active_s, t.is_rework, t.item_type,
        t.disposition_code = 'reopened' and t.rework_reason in ('error', 'missing_document') as is_reopened
    from ledger.touches as t
    inner join claims_that_went_out as c on c.pcn = t.pcn and t.worked_on >= c.first_submitted_on
    where t.pcn in (select key from ops.restating)
),

rework_of_each_claim as (
    select
        pcn,
        count(*) filter (where is_reopened) > 0 as is_reopened,
        sum(case when is_rework or item_type = 'denial' then labour_cost else 0 end) as cost,
        sum(case when (is_rework or item_type = 'denial') and labour_cost is not null then active_s else 0 end) as costed_s
    from touches_after_submission
    group by pcn
),

origin_in_the_log as (
    select pcn, origin_role
    from touches_after_submission
    where origin_role is not null and (is_rework or is_reopened)
    qualify row_number() over (partition by pcn order by started_at, touch_id) = 1
),

origin_by_root_cause as (
    select d.pcn, s.origin_role
    from ledger.denials as d
    left join steps_by_root_cause as s on s.category = d.category
    where d.pcn in (select key from ops.restating)
    qualify row_number() over (partition by d.pcn order by d.adjudicated_on, d.amount desc, d.remit_claim_id, d.line_no) = 1
),

origin_by_edit as (
    select e.pcn, s.origin_role
    from intake.scrubber_events as e
    inner join steps_by_family_of_edits as s on s.edit_family = e.edit_family
    where e.pcn in (select key from ops.restating) and e.event_date >= $horizon and e.event = 'edit'
    qualify row_number() over (partition by e.pcn order by e.occurred_at, e.event_id, s.origin_role) = 1
),

claims_with_their_origin as (
    select
        c.pcn, c.payer_id, c.complexity, c.first_submitted_on, c.coder_id, c.charge_entered_by,
        c.is_reworked or coalesce(r.is_reopened, false) as is_reworked, r.cost, r.costed_s,
        coalesce(l.origin_role, k.origin_role, e.origin_role, 'unknown') as origin_role
    from claims_that_went_out as c
    left join rework_of_each_claim as r on r.pcn = c.pcn
    left join origin_in_the_log as l on l.pcn = c.pcn
    left join origin_by_root_cause as k on k.pcn = c.pcn
    left join origin_by_edit as e on e.pcn = c.pcn
)

select
    pcn,  -- the provider's claim number
    payer_id,  -- payer first billed
    complexity,  -- low, medium or high
    coder_id,  -- who coded the visit
    charge_entered_by,  -- who entered the charges
    is_reworked,  -- whether it had to be worked again
    case when is_reworked then origin_role end as origin_role,  -- role of the step that it goes back to, unknown where nothing tells; null without rework
    case
        when is_reworked and origin_role = 'coder' then coder_id
        when is_reworked and origin_role = 'charge_entry' then charge_entered_by
    end as origin_staff_id,  -- person who did that step, where known
    cast(case when is_reworked then coalesce(cost, 0) end as decimal(18, 4)) as rework_cost,  -- active hours of working it again at loaded rates, USD
    first_submitted_on  -- day of the first submission
from claims_with_their_origin
