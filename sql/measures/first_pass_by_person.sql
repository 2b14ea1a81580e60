-- One row per definition, person, complexity and day of first submission: the three first-pass rates of the claims that a
-- coder coded or a charge-entry person entered. Edits of the coding family, the front end's first answer, and the payer's.
-- The yield of a day is withheld until enough of all the claims sent out that day are judged, or older than the parameter says:
-- by day and not by person, so that nobody's quick payers decide when a number is shown. The whole table is built, for
-- a day can ripen without anything about its claims having changed.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: all
-- restated by: ledger.charts
-- restated by: ledger.first_passes
-- restated by: ledger.parameters
with parameters as (
    select
        max(case when name = 'first_pass_maturity_days' then value end) as maturity_days,
        max(case when name = 'matured_share' then value end) as matured_share
    from ledger.parameters
),

newest_day as (
    select max(first_submitted_on) as day
    from ledger.first_passes
),

cohorts as (
    select
        f.first_submitted_on, count(*) as n_cohort,
        count(*) filter (
            where f.first_adjudicated_on is not null
            or date_diff('day', f.first_submitted_on, n.day) >= p.maturity_days
        ) as n_matured
    from ledger.first_passes as f
    cross join newest_day as n
    cross join parameters as p
    where f.first_submitted_on is not null and f.is_first_pass
    group by f.first_submitted_on
),

claims_of_each_person as (
    select
        coder_id as staff_id, 'coder' as role, complexity, first_submitted_on, scrubbed_on, n_coding_edits,
        is_accepted_at_once, first_adjudicated_on, is_settled_at_once, is_first_pass
    from ledger.charts
    where first_submitted_on is not null and is_original
    union all
    select
        entered_by as staff_id, 'charge_entry' as role, complexity, first_submitted_on, scrubbed_on, n_coding_edits,
        is_accepted_at_once, first_adjudicated_on, is_settled_at_once, is_first_pass
    from ledger.first_passes
    where first_submitted_on is not null and is_original and entered_by is not null
),

sums as (
    select
        staff_id, role, complexity, first_submitted_on,
        count(*) as n_cohort,
        count(*) filter (where is_first_pass) as n_first_pass,
        count(scrubbed_on) as n_scrubbed,
        count(scrubbed_on) filter (where n_coding_edits = 0) as n_without_edit,
        count(is_accepted_at_once) as n_answered,
        count(*) filter (where is_accepted_at_once) as n_accepted,
        count(first_adjudicated_on) filter (where is_first_pass) as n_judged,
        count(*) filter (where is_first_pass and is_settled_at_once) as n_passed
    from claims_of_each_person
    group by staff_id, role, complexity, first_submitted_on
),

all_definitions as (
    select
        'first_pass_by_person.coding_edit' as definition_id, staff_id, role, complexity, first_submitted_on, n_cohort,
        n_without_edit as numerator, n_scrubbed as denominator, cast(null as double) as matured_share,
        cast(null as varchar) as reason
    from sums
    where role = 'coder' and n_scrubbed > 0
    union all
    select
        'first_pass_by_person.front_end' as definition_id, staff_id, role, complexity, first_submitted_on, n_cohort,
        n_accepted as numerator, n_answered as denominator, cast(null as double) as matured_share,
        cast(null as varchar) as reason
    from sums
    where n_answered > 0
    union all
    select
        'first_pass_by_person.yield' as definition_id, s.staff_id, s.role, s.complexity, s.first_submitted_on,
        s.n_first_pass as n_cohort,
        case when c.n_matured >= p.matured_share * c.n_cohort then s.n_passed end as numerator,
        case when c.n_matured >= p.matured_share * c.n_cohort then s.n_judged end as denominator,
        cast(c.n_matured as double) / c.n_cohort as matured_share,
        case when c.n_matured < p.matured_share * c.n_cohort then 'immature' end as reason
    from sums as s
    inner join cohorts as c on c.first_submitted_on = s.first_submitted_on
    cross join parameters as p
    where s.n_first_pass > 0
)

select
    definition_id,  -- which definition: coding edits, front end or yield
    staff_id,  -- who coded or entered the claim
    role,  -- coder or charge_entry: as which
    complexity,  -- low, medium or high
    cast(numerator as decimal(18, 4)) as numerator,  -- claims that passed; null while the day is withheld
    cast(denominator as decimal(18, 4)) as denominator,  -- claims that came to this gate; null while the day is withheld
    cast(numerator as double) / nullif(denominator, 0) as value,  -- share
    cast(n_cohort as bigint) as n_cohort,  -- claims of the person and complexity first sent out that day
    matured_share,  -- yield: share of the office's claims of that day that are judged or old enough
    reason,  -- immature where the yield is withheld
    first_submitted_on as measured_on  -- day of the first submission
from all_definitions
