-- One row per claim number and day on which somebody worked on it, with what its first submission says about the work.
-- Coding and charge entry happen before a claim exists. When it arrives these rows change, and with them the touches of
-- exactly these days are run again. Visits that the log names without a claim belong to the claim that bills them.
-- grain: pcn, worked_on
-- slice: pcn (key)
-- restated by: intake.work_log.pcn
-- restated by: intake.work_log.item_id via ledger.submissions.encounter_id
-- restated by: ledger.submissions.pcn
with first_submissions as (
    select pcn, encounter_id, payer_id, complexity, submitted_on
    from ledger.submissions
    where pcn in (select key from ops.restating) and submitted_on >= $horizon
    qualify row_number() over (partition by pcn order by submitted_at, submission_id) = 1
),

days_of_work as (
    select pcn, event_date
    from intake.work_log
    where pcn in (select key from ops.restating) and event_date >= $horizon
    union
    select s.pcn, w.event_date
    from first_submissions as s
    inner join intake.work_log as w on w.item_id = s.encounter_id
    where w.item_type = 'encounter' and w.pcn is null and w.event_date >= $horizon
)

select
    d.pcn,  -- the provider's claim number
    s.complexity,  -- low, medium or high, by the first submission; null before it
    s.payer_id,  -- payer first billed; null before it
    s.submitted_on as first_submitted_on,  -- its day; null before it
    d.event_date as worked_on  -- a day on which the claim or its visit was worked
from days_of_work as d
left join first_submissions as s on s.pcn = d.pcn
