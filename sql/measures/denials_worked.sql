-- One row per definition, person, complexity, tier of root causes and day: distinct denials on which the person did something,
-- and the productive hours spent on denials of the tier. Of denial staff every productive hour counts: what went to other
-- things, or to nothing that is logged, stands under the tier 'none' without denials. Work on a day without a shift is
-- left out, for its hours are unknown.
-- grain: definition_id, staff_id, role, complexity, tier, measured_on
-- slice: measured_on
-- restated by: ledger.denial_work.worked_on
-- restated by: ledger.item_hours.worked_on
with parts as (
    select
        staff_id, role, complexity, tier, worked_on, case when is_substantive then 1 else 0 end as n_denials, productive_h
    from ledger.denial_work
    where worked_on between $from and $to and productive_h is not null
    union all
    select staff_id, role, complexity, 'none' as tier, worked_on, 0 as n_denials, productive_h
    from ledger.item_hours
    where worked_on between $from and $to and role = 'denial_management' and item_type <> 'denial'
),

sums as (
    select staff_id, role, complexity, tier, worked_on, sum(n_denials) as n_denials, sum(productive_h) as productive_h
    from parts
    group by staff_id, role, complexity, tier, worked_on
)

select
    'denials_worked' as definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the claims denied
    tier,  -- registration_technical, coding_information, clinical or unmapped; none for hours on other things
    cast(n_denials as decimal(18, 4)) as numerator,  -- distinct denials with a substantive action that day
    cast(productive_h as decimal(18, 4)) as denominator,  -- productive hours
    cast(n_denials as double) / nullif(cast(productive_h as double), 0) as value,  -- denials per productive hour; null without hours
    worked_on as measured_on  -- day of the work
from sums
