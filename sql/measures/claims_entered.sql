-- One row per definition, charge-entry person, day, complexity and payer class: claims and lines entered per productive hour.
-- The hours of a shift stand in these rows once, split by active time; hours on no known claim stand under payer class
-- 'unknown'. Claims entered on a day without a charge-entry shift have no hours and stay out.
-- grain: definition_id, staff_id, role, complexity, payer_class, measured_on
-- slice: measured_on
-- restated by: ledger.first_passes.entered_on
-- restated by: ledger.production_hours.worked_on
with hours as (
    select staff_id, complexity, payer_class, worked_on, sum(productive_h) as productive_h
    from ledger.production_hours
    where worked_on between $from and $to and role = 'charge_entry'
    group by staff_id, complexity, payer_class, worked_on
),

claims_entered_on_a_shift as (
    select
        c.entered_by as staff_id, c.complexity, c.payer_class, c.entered_on as worked_on, count(*) as n_claims,
        sum(c.n_lines) as n_lines
    from ledger.first_passes as c
    where
        c.entered_on between $from and $to
        and exists (select 1 from hours as h where h.staff_id = c.entered_by and h.worked_on = c.entered_on)
    group by c.entered_by, c.complexity, c.payer_class, c.entered_on
),

claims_and_hours as (
    select staff_id, complexity, payer_class, worked_on, n_claims, n_lines, 0 as productive_h
    from claims_entered_on_a_shift
    union all
    select staff_id, complexity, payer_class, worked_on, 0 as n_claims, 0 as n_lines, productive_h
    from hours
),

sums as (
    select
        staff_id, complexity, payer_class, worked_on, sum(n_claims) as n_claims, sum(n_lines) as n_lines,
        sum(productive_h) as productive_h
    from claims_and_hours
    group by staff_id, complexity, payer_class, worked_on
),

both_definitions as (
    select
        'claims_entered.per_hour' as definition_id, staff_id, complexity, payer_class, worked_on,
        n_claims as numerator, productive_h as denominator
    from sums
    union all
    select
        'claims_entered.lines_per_hour' as definition_id, staff_id, complexity, payer_class, worked_on,
        n_lines as numerator, productive_h as denominator
    from sums
)

select
    definition_id,  -- which definition: claims or lines per hour
    staff_id,  -- who entered
    'charge_entry' as role,  -- role held that day
    complexity,  -- low, medium or high
    payer_class,  -- commercial, medicare, medicaid, self_pay or other; unknown where the hours belong to no claim
    cast(numerator as decimal(18, 4)) as numerator,  -- claims, or charge lines
    cast(denominator as decimal(18, 4)) as denominator,  -- productive hours
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- per hour; null without time
    worked_on as measured_on  -- day of the shift
from both_definitions
