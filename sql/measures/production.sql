-- One row per person, day, role and complexity: the frame that calibration reads, from the log and from delivered history.
-- What is learnt later about a day's work moves its quality counts, never its units. The log wins over delivered history
-- for the same person and day.
-- grain: worker_id, work_date, role, complexity
-- slice: work_date
-- restated by: ledger.touches.worked_on
-- restated by: ledger.staff_days.work_date
-- restated by: measures.quality.work_date
-- restated by: intake.production_history.event_date
-- restated by: ledger.staff_roles.staff_id via worker_id
with units_of_work (role, item_type) as (
    values
    ('coder', 'encounter'), ('coder', 'claim'), ('charge_entry', 'claim'), ('charge_entry', 'encounter'), ('payment_posting', 'payment'),
    ('ar_follow_up', 'account'), ('ar_follow_up', 'claim'), ('denial_management', 'denial'),
    ('patient_billing', 'patient'), ('patient_billing', 'account')
),

touches_of_the_six_roles as (
    select
        t.staff_id, t.worked_on, t.role, t.complexity, t.active_s, t.friction_s,
        case when t.is_completed and u.role is not null
            -- fixing what the scrubber or the front end stopped is work of its own, the second stroke of one item is not
            then t.item_type || ':' || t.item_id || case when t.action_code like 'fix%' then ':fix' else '' end
        end as finished,
        case when t.is_completed or t.disposition_code = 'reopened' then t.item_type || ':' || t.item_id end as checked,
        case when t.disposition_code = 'reopened' then t.item_type || ':' || t.item_id end as reopened
    from ledger.touches as t
    left join units_of_work as u on u.role = t.role and u.item_type = t.item_type
    where t.worked_on between $from and $to and t.role in (select role from units_of_work)
),

effort as (
    select
        staff_id, worked_on, role, complexity,
        count(distinct finished) as units,
        sum(active_s) as active_s,
        sum(friction_s) as friction_s,
        count(distinct checked) as rework_n,
        count(distinct reopened) as reworks
    from touches_of_the_six_roles
    group by staff_id, worked_on, role, complexity
),

effort_with_its_share_of_the_day as (
    select
        staff_id, worked_on, role, complexity, units, active_s, friction_s, rework_n, reworks,
        sum(active_s) over (partition by staff_id, worked_on) as day_active_s
    from effort
),

rows_of_the_log as (
    select
        e.staff_id, e.worked_on, e.role, e.complexity, e.units,
        cast(e.active_s / 60.0 as decimal(18, 3)) as active_min,
        cast(case when e.day_active_s > 0 then coalesce(d.idle_min, 0) * (e.active_s / e.day_active_s) else 0 end
            as decimal(18, 3)) as idle_min,
        cast(e.friction_s / 60.0 as decimal(18, 3)) as friction_min,
        coalesce(q.qa_n, 0) as qa_n, coalesce(q.qa_ok, 0) as qa_ok,
        coalesce(q.edit_n, 0) as edit_n, coalesce(q.edits, 0) as edits,
        coalesce(q.adj_n, 0) as adj_n, coalesce(q.denials, 0) as denials,
        e.rework_n, e.reworks, 'log' as source
    from effort_with_its_share_of_the_day as e
    left join ledger.staff_days as d
        on d.staff_id = e.staff_id and d.work_date = e.worked_on and d.work_date between $from and $to
    left join measures.quality as q
        on q.staff_id = e.staff_id and q.work_date = e.worked_on and q.role = e.role and q.complexity = e.complexity
        and q.work_date between $from and $to
),

latest_delivery_of_history as (
    select staff_id, work_date, role, complexity, units, active_min, friction_min
    from intake.production_history
    where event_date between $from and $to
    qualify row_number() over (
        partition by staff_id, work_date, role, complexity
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

rows_of_both as (
    select
        staff_id, worked_on, role, complexity, units, active_min, idle_min, friction_min,
        qa_n, qa_ok, edit_n, edits, adj_n, denials, rework_n, reworks, source
    from rows_of_the_log
    union all
    select
        h.staff_id, h.work_date, h.role, h.complexity, h.units, h.active_min, 0, coalesce(h.friction_min, 0),
        0, 0, 0, 0, 0, 0, 0, 0, 'history'
    from latest_delivery_of_history as h
    where not exists (select 1 from effort as e where e.staff_id = h.staff_id and e.worked_on = h.work_date)
),

rows_with_the_nearest_roster_row as (
    select
        b.staff_id, b.worked_on, b.role, b.complexity, b.units, b.active_min, b.idle_min, b.friction_min,
        b.qa_n, b.qa_ok, b.edit_n, b.edits, b.adj_n, b.denials, b.rework_n, b.reworks, b.source, r.system_id,
        case when b.worked_on < r.role_start then 0 else date_diff('day', r.role_start, b.worked_on) end as tenure_days
    from rows_of_both as b
    left join ledger.staff_roles as r on r.staff_id = b.staff_id and r.role = b.role
    qualify row_number() over (
        partition by b.staff_id, b.worked_on, b.role, b.complexity
        order by
            case when r.valid_from <= b.worked_on then 0 else 1 end,
            abs(date_diff('day', r.valid_from, b.worked_on))
    ) = 1
)

select
    worked_on as work_date,  -- working day
    staff_id as worker_id,  -- person, as a pseudonym
    role,  -- billing role held that day
    system_id,  -- system mostly worked in, by the roster; null if unknown
    complexity,  -- low, medium or high
    cast(tenure_days as bigint) as tenure_days,  -- days in the role; null if the roster does not know the person
    cast(units as bigint) as units,  -- distinct items finished, and stopped ones fixed, of the kinds that the role is there for
    cast(1.0 as double) as case_weight,  -- mean relative difficulty inside the tier; 1.0 is the norm
    cast(active_min as double) as active_min,  -- active minutes, friction included
    cast(idle_min as double) as idle_min,  -- the day's idle minutes, by share of active time
    cast(friction_min as double) as friction_min,  -- of the active minutes, those under an incident
    cast(qa_n as bigint) as qa_n,  -- units audited
    cast(qa_ok as bigint) as qa_ok,  -- of those right
    cast(edit_n as bigint) as edit_n,  -- claims coded or entered that day which the scrubber accepted
    cast(edits as bigint) as edits,  -- of those fixed by hand
    cast(adj_n as bigint) as adj_n,  -- claims coded or entered that day which the primary payer has judged
    cast(denials as bigint) as denials,  -- of those with a denied line
    cast(rework_n as bigint) as rework_n,  -- distinct items completed or reopened
    cast(reworks as bigint) as reworks,  -- of those reopened
    source  -- log or history
from rows_with_the_nearest_roster_row
