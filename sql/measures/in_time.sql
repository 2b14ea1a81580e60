-- One row per definition, person, role, complexity and day: of what fell to a person, the share that was done within the term.
-- Denials count on the last day of the term, whenever they were done and also if they never were; a term that has not ended by the
-- last day told of is not in yet, so nothing is dropped for being open. Of charges and payments the feeds tell only when
-- they are entered or posted: these count on that day.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.entry_terms.entered_on
-- restated by: ledger.posting_terms.posted_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.denial_terms.due_on
-- restated by: ledger.matured_days.day
-- restated by: ledger.staff_roles.staff_id via staff_id
with complexity_of_each_payment as (
    select staff_id, item_id, worked_on, min(complexity) as complexity
    from ledger.touches
    where worked_on between $from and $to and item_type = 'payment'
    group by staff_id, item_id, worked_on
),

verdicts as (
    select 'in_time.charges_entered' as definition_id, staff_id, complexity, is_in_time, entered_on as measured_on
    from ledger.entry_terms
    where entered_on between $from and $to
    union all
    select
        'in_time.payments_posted' as definition_id, p.staff_id, coalesce(c.complexity, 'medium') as complexity, p.is_in_time,
        p.posted_on as measured_on
    from ledger.posting_terms as p
    left join complexity_of_each_payment as c
        on c.staff_id = p.staff_id and c.item_id = p.txn_id and c.worked_on = p.posted_on
    where p.posted_on between $from and $to
    union all
    select 'in_time.denials_first_worked' as definition_id, staff_id, complexity, is_in_time, due_on as measured_on
    from ledger.denial_terms
    where due_on between $from and $to and question = 'first_worked' and not is_taken_away
    union all
    select 'in_time.denials_closed' as definition_id, staff_id, complexity, is_in_time, due_on as measured_on
    from ledger.denial_terms
    where due_on between $from and $to and question = 'closed' and not is_taken_away
),

verdicts_that_are_known as (
    select v.definition_id, v.staff_id, v.complexity, v.is_in_time, v.measured_on
    from verdicts as v
    left join ledger.matured_days as m on m.question = 'denials_due' and m.day = v.measured_on
    where m.day is not null or v.definition_id in ('in_time.charges_entered', 'in_time.payments_posted')
),

sums as (
    select
        v.definition_id, v.staff_id, coalesce(r.role, 'unknown') as role, v.complexity, v.measured_on,
        count(*) filter (where v.is_in_time) as n_in_time, count(*) as n_due
    from verdicts_that_are_known as v
    left join ledger.staff_roles as r
        on r.staff_id = v.staff_id and v.measured_on >= r.valid_from and (r.valid_to is null or v.measured_on <= r.valid_to)
    group by v.definition_id, v.staff_id, coalesce(r.role, 'unknown'), v.complexity, v.measured_on
)

select
    definition_id,  -- which definition: charges entered, payments posted, denials first worked or closed
    staff_id,  -- who entered, posted or held it
    role,  -- billing role held that day; unknown if the roster does not say
    complexity,  -- of the claim; medium while unknown
    cast(n_in_time as decimal(18, 4)) as numerator,  -- of those, done within the term
    cast(n_due as decimal(18, 4)) as denominator,  -- claims, payments or denials
    cast(n_in_time as double) / nullif(n_due, 0) as value,  -- share
    measured_on  -- day of the entry or posting; last day of the term of a denial
from sums
