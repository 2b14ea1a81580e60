-- One row per piece of work that was given to a person: charts to coders, accounts to everybody else, with who gave it.
-- The day is that of the assignment; a chart without one counts on the day on which it was finished. The role is the one
-- held on that day, the complexity that of the claim by its first submission, medium while unknown.
-- grain: assigned_id
-- slice: pcn (key)
-- restated by: intake.assignments.pcn
-- restated by: intake.coding.pcn
-- restated by: ledger.claim_starts.pcn
-- restated by: ledger.claims.pcn
-- restated by: ledger.staff_roles.staff_id via staff_id
-- looked up in: ledger.days_by_date
with charts_by_claim_or_visit as (
    select k.pcn, k.encounter_id, k.coder_id, k.assigned_by, coalesce(k.assigned_at, k.finished_at) as given_at,
        k.delivery_date, k.file_id, k.row_no
    from intake.coding as k
    where k.pcn in (select key from ops.restating) and k.event_date >= $horizon
    union all
    select s.pcn, k.encounter_id, k.coder_id, k.assigned_by, coalesce(k.assigned_at, k.finished_at) as given_at,
        k.delivery_date, k.file_id, k.row_no
    from ledger.claim_starts as s
    inner join intake.coding as k on k.encounter_id = s.encounter_id
    where s.pcn in (select key from ops.restating) and k.pcn is null and k.event_date >= $horizon
),

charts as (
    select pcn, encounter_id, coder_id, assigned_by, given_at
    from charts_by_claim_or_visit
    qualify row_number() over (
        partition by pcn, encounter_id order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

accounts as (
    select assignment_id, pcn, staff_id, assigned_by, assigned_at
    from intake.assignments
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by assignment_id order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

given as (
    select 'chart:' || pcn || ':' || encounter_id as assigned_id, pcn, coder_id as staff_id, assigned_by, given_at
    from charts
    union all
    select 'account:' || assignment_id as assigned_id, pcn, staff_id, assigned_by, assigned_at as given_at
    from accounts
),

given_on_a_day as (
    select g.assigned_id, g.pcn, g.staff_id, g.assigned_by, c.day
    from given as g
    inner join ledger.days_by_date as c
        on c.some_date = cast(g.given_at as date) and c.begins_at <= g.given_at and g.given_at < c.ends_at
)

select
    g.assigned_id,  -- chart or account, with its number
    g.pcn,  -- the provider's claim number
    g.staff_id,  -- to whom it was given
    coalesce(r.role, 'unknown') as role,  -- billing role held that day
    coalesce(m.complexity, 'medium') as complexity,  -- low, medium or high
    case when g.assigned_by in ('queue', 'lead', 'self') then g.assigned_by else 'unknown' end as assigned_by,  -- queue, lead or self; unknown where nobody says
    g.day as assigned_on  -- day of the assignment, in the office's time zone
from given_on_a_day as g
left join ledger.claims as m on m.pcn = g.pcn
left join ledger.staff_roles as r
    on r.staff_id = g.staff_id and g.day >= r.valid_from and (r.valid_to is null or g.day <= r.valid_to)
