-- One row per turnaround and day on which something about it changed: counted from then on, ended, or no longer watched. What a
-- later close changes is the day of the close alone, so that only the cohorts from that day on are estimated anew.
-- grain: definition_id, case_id, what
-- slice: case_id (key)
-- restated by: ledger.durations.case_id
with days_of_each_turnaround as (
    select
        definition_id, case_id, 'counted' as what, cohort_on as happened_on, clock_at_opening as clock, staff_id, role, payer_id,
        queue, provider_id
    from ledger.durations
    where case_id in (select key from ops.restating)
    union all
    select definition_id, case_id, 'closed' as what, closed_on, clock_at_closing, null, null, null, null, null
    from ledger.durations
    where case_id in (select key from ops.restating) and closed_on is not null
    union all
    select definition_id, case_id, 'left' as what, left_on, clock_at_leaving, null, null, null, null, null
    from ledger.durations
    where case_id in (select key from ops.restating) and left_on is not null
)

select
    definition_id,  -- which turnaround
    case_id,  -- claim, denial, query, deposit, stay in a queue or assignment
    what,  -- counted, closed or left
    happened_on,  -- the day, in the office's time zone
    clock,  -- what the clock of its unit said
    staff_id,  -- on the row of the begin: person
    role,  -- on the row of the begin: role
    payer_id,  -- on the row of the begin: payer
    queue,  -- on the row of the begin: work queue
    provider_id  -- on the row of the begin: provider
from days_of_each_turnaround
