-- One row per definition, person, role, complexity and day: what became of the accounts that were assigned to the person so
-- many days before. Every assignment is looked at once, at a fixed age, on the day on which it reaches that age, so accounts
-- still open then count as not resolved and younger ones are not yet in; nothing is dropped for being open.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: all
-- restated by: ledger.assignment_results
with last_day as (
    select greatest(max(assigned_on), max(coalesce(closed_on, assigned_on)), max(coalesce(ended_on, assigned_on))) as day
    from ledger.assignment_results
),

assignments_at_each_age as (
    select
        a.age, r.staff_id, r.role, r.complexity, r.opening_balance, r.cash + r.transferred + r.corrected - r.avoidable as resolved,
        r.is_avoidable_loss, coalesce(r.closed_on <= r.assigned_on + a.age, false) as is_closed,
        r.assigned_on + a.age as reached_on
    from ledger.assignment_results as r
    cross join (values (30), (60), (90)) as a (age)
    cross join last_day as l
    where r.assigned_on + a.age <= l.day
),

results_of_each_person_and_day as (
    select
        age, staff_id, role, complexity, reached_on, count(*) as n_assigned,
        count(*) filter (where is_closed and not is_avoidable_loss) as n_resolved,
        count(*) filter (where is_closed and is_avoidable_loss) as n_lost,
        sum(opening_balance) as opening_balance, sum(resolved) as resolved
    from assignments_at_each_age
    group by age, staff_id, role, complexity, reached_on
),

variants as (
    select
        'account_resolution_rate.30_days' as definition_id, staff_id, role, complexity, reached_on,
        n_resolved as numerator, n_assigned as denominator
    from results_of_each_person_and_day
    where age = 30
    union all
    select
        'account_resolution_rate.60_days' as definition_id, staff_id, role, complexity, reached_on,
        n_resolved as numerator, n_assigned as denominator
    from results_of_each_person_and_day
    where age = 60
    union all
    select
        'account_resolution_rate.90_days' as definition_id, staff_id, role, complexity, reached_on,
        n_resolved as numerator, n_assigned as denominator
    from results_of_each_person_and_day
    where age = 90
    union all
    select
        'resolution_contribution.accounts' as definition_id, staff_id, role, complexity, reached_on,
        n_resolved - n_lost as numerator, n_assigned as denominator
    from results_of_each_person_and_day
    where age = 90
    union all
    select
        'resolution_contribution.dollars' as definition_id, staff_id, role, complexity, reached_on,
        resolved as numerator, opening_balance as denominator
    from results_of_each_person_and_day
    where age = 90
)

select
    definition_id,  -- which definition
    staff_id,  -- person, as a pseudonym
    role,  -- billing role held on the day of the assignment
    complexity,  -- complexity of the claim
    cast(numerator as decimal(18, 4)) as numerator,  -- accounts or dollars resolved by that age
    cast(denominator as decimal(18, 4)) as denominator,  -- accounts or dollars assigned
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    reached_on as measured_on  -- day on which the assignments reached the age: 30, 60 or 90 days after the assignment
from variants
