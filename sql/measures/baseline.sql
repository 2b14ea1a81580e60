-- One row per person, role and working day: whether the person's baseline was still being learnt. During the first
-- bands.learning_days days of logged work a person's values are there for the person only and nothing is judged.
-- Counted like the learning of bands: days with logged work, not days of the calendar, and no delivered history.
-- grain: definition_id, staff_id, role, measured_on
-- slice: staff_id (key)
-- restated by: measures.production.worker_id
-- restated by: ledger.parameters
with days_of_work as (
    select distinct worker_id, role, work_date
    from measures.production
    where worker_id in (select key from ops.restating) and source = 'log'
),

counted_days as (
    select
        worker_id, role, work_date,
        row_number() over (partition by worker_id, role order by work_date) as worked_days
    from days_of_work
),

judged_days as (
    select
        d.worker_id, d.role, d.work_date, d.worked_days,
        case
            when d.worked_days <= (select p.value from ledger.parameters as p where p.name = 'learning_days') then 1
            else 0
        end as is_learning
    from counted_days as d
)

select
    'baseline.learning_days' as definition_id,  -- which definition
    worker_id as staff_id,  -- person
    role,  -- billing role held that day
    cast(null as varchar) as complexity,  -- a baseline has none
    cast(worked_days as bigint) as worked_days,  -- days with logged work in the role so far, this one included
    is_learning = 1 as is_learning,  -- whether nothing is judged yet
    case when is_learning = 1 then 'the person' else 'the person; teams in aggregates' end as visible_to,  -- who may see the values of that day
    cast(is_learning as decimal(18, 4)) as numerator,  -- 1 while learning
    cast(1 as decimal(18, 4)) as denominator,  -- the working day
    cast(is_learning as double) as value,  -- share of days spent learning
    work_date as measured_on  -- working day
from judged_days
