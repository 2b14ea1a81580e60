-- One row per measure that has a band beside output, person, role, complexity and day: the frame that companion bands read.
-- Which measures these are stands in assets/bands/companions.py too; a test holds the two together.
-- grain: definition_id, staff_id, role, complexity, work_date
-- slice: work_date
-- restated by: measures.by_staff.measured_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with measures_with_a_band (definition_id) as (
    values
    ('touches_per_finish'), ('active_handling_time'), ('rework_share'), ('edit_rate.claims'),
    ('first_pass_by_person.coding_edit'), ('specificity.audited'), ('in_time.charges_entered'),
    ('in_time.payments_posted'), ('in_time.denials_first_worked'), ('in_time.denials_closed')
)

select
    m.definition_id,  -- definition of the measure
    m.staff_id,  -- person, as a pseudonym
    m.role,  -- billing role held that day
    m.complexity,  -- low, medium or high
    cast(
        case when m.measured_on < r.role_start then 0 else date_diff('day', r.role_start, m.measured_on) end as bigint
    ) as tenure_days,  -- days in the role; null if the roster does not know
    cast(m.numerator as double) as numerator,  -- in the unit of the definition
    cast(m.denominator as double) as denominator,  -- in the unit of the definition
    m.measured_on as work_date  -- day of the work
from measures.by_staff as m
inner join measures_with_a_band as b on b.definition_id = m.definition_id
left join ledger.staff_roles as r
    on r.staff_id = m.staff_id and r.role = m.role and m.measured_on >= r.valid_from
    and (r.valid_to is null or m.measured_on <= r.valid_to)
where
    m.measured_on between $from and $to and m.numerator is not null and m.denominator is not null
    and m.complexity in ('low', 'medium', 'high')
