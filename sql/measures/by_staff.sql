-- One row per definition, person, role, complexity and day: every additive measure of people in one shape, further
-- dimensions summed away. What the windows and the published tables read, so that a table of measures is named once.
-- A withheld row adds nothing to the numbers and all of its cohort, so that every sum of rows knows how much has matured.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: measures.definitions
-- restated by: measures.accounts_handled.measured_on
-- restated by: measures.accounts_touched.measured_on
-- restated by: measures.appeal_returns.measured_on
-- restated by: measures.assignment_mix.measured_on
-- restated by: measures.baseline.measured_on
-- restated by: measures.call_time.measured_on
-- restated by: measures.charts_coded.measured_on
-- restated by: measures.claims_entered.measured_on
-- restated by: measures.complexity_mix.measured_on
-- restated by: measures.denials_worked.measured_on
-- restated by: measures.documentation_time.measured_on
-- restated by: measures.edit_rate.measured_on
-- restated by: measures.experience.measured_on
-- restated by: measures.filing_margin.measured_on
-- restated by: measures.first_pass_by_person.measured_on
-- restated by: measures.followup_by_person.measured_on
-- restated by: measures.friction_claims.measured_on
-- restated by: measures.gaming_flags.measured_on
-- restated by: measures.handling_time.measured_on
-- restated by: measures.in_time.measured_on
-- restated by: measures.note_quality.measured_on
-- restated by: measures.override_denials.measured_on
-- restated by: measures.patient_resolution.measured_on
-- restated by: measures.portal_time.measured_on
-- restated by: measures.poster_exceptions.measured_on
-- restated by: measures.production.work_date
-- restated by: measures.resolution.measured_on
-- restated by: measures.rework.measured_on
-- restated by: measures.rework_by_origin.measured_on
-- restated by: measures.root_cause_quality.measured_on
-- restated by: measures.specificity.measured_on
-- restated by: measures.time_shares.measured_on
-- restated by: measures.touches.measured_on
-- restated by: measures.transactions_posted.measured_on
with output_per_hour as (
    select
        'output_per_hour.' || role as definition_id, worker_id as staff_id, role, complexity,
        cast(units as decimal(18, 4)) as numerator,
        cast((active_min - friction_min) / 60 as decimal(18, 4)) as denominator,
        null as n_cohort, null as n_matured, work_date as measured_on
    from measures.production
    -- nine minutes: calibration drops shorter segments as well, and the history serves calibration only
    where work_date between $from and $to and source = 'log' and active_min - friction_min >= 9
),

parts as (
    select definition_id, staff_id, role, complexity, numerator, denominator, n_cohort, n_matured, measured_on
    from output_per_hour
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.accounts_handled where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.accounts_touched where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.appeal_returns where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.assignment_mix where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.baseline where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.call_time where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.charts_coded where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.claims_entered where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.complexity_mix where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.denials_worked where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.documentation_time where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.edit_rate where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.experience where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.filing_margin where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, n_cohort, n_cohort * matured_share as n_matured, measured_on
    from measures.first_pass_by_person where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.followup_by_person where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.friction_claims where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.gaming_flags where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.handling_time where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.in_time where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, n_cohort, n_cohort * matured_share as n_matured, measured_on
    from measures.note_quality where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, n_cohort, n_cohort * matured_share as n_matured, measured_on
    from measures.override_denials where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, n_cohort, n_cohort * matured_share as n_matured, measured_on
    from measures.patient_resolution where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.portal_time where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.poster_exceptions where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.resolution where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.rework where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.rework_by_origin where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.root_cause_quality where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.specificity where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.time_shares where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.touches where measured_on between $from and $to
    union all
    select definition_id, staff_id, role, complexity, numerator, denominator, null as n_cohort, null as n_matured, measured_on
    from measures.transactions_posted where measured_on between $from and $to
),

sums as (
    select
        p.definition_id, p.staff_id, coalesce(p.role, 'unknown') as role,
        coalesce(p.complexity, 'unknown') as complexity, p.measured_on,
        sum(p.numerator) as numerator, sum(p.denominator) as denominator,
        sum(p.n_cohort) as n_cohort, sum(p.n_matured) as n_matured
    from parts as p
    inner join measures.definitions as d on d.definition_id = p.definition_id and d.method in ('ratio', 'share', 'stock')
    where p.staff_id is not null and p.measured_on is not null
    group by
        p.definition_id, p.staff_id, coalesce(p.role, 'unknown'), coalesce(p.complexity, 'unknown'), p.measured_on
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day; 'unknown' where the roster names none
    complexity,  -- low, medium or high; 'unknown' where the work has none
    cast(numerator as decimal(18, 4)) as numerator,  -- sum of the numerators, in the unit of the definition; null where withheld
    cast(denominator as decimal(18, 4)) as denominator,  -- sum of the denominators, in the unit of the definition; null where withheld
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- numerator over denominator; null without one
    cast(n_cohort as decimal(18, 4)) as n_cohort,  -- cases of the day's cohort; null where the definition has none
    cast(n_matured as decimal(18, 4)) as n_matured,  -- of those, cases that have matured
    measured_on  -- day that the measure belongs to
from sums
