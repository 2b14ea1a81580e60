-- One row per definition, payer and day of first submission: claims that the payer settled at its first judgement, without a
-- denied line, a correction or an appeal. Claims not yet judged hold the day back while they are young: it is withheld
-- until enough of its claims are judged or older than first_pass_maturity_days, counted to the last day of submission.
-- Against claims judged, and against claims submitted, where claims still young are left out.
-- grain: definition_id, payer_id, measured_on
-- slice: all
-- restated by: ledger.first_pass_days
-- restated by: ledger.parameters
with parameters as (
    select
        max(case when name = 'first_pass_maturity_days' then value end) as maturity_days,
        max(case when name = 'matured_share' then value end) as wanted_share
    from ledger.parameters
),

last_day as (
    select max(first_submitted_on) as day
    from ledger.first_pass_days
),

days_and_their_maturity as (
    select
        f.payer_id, f.first_submitted_on, f.n_submitted, f.n_adjudicated, f.n_passed, p.wanted_share,
        case
            when date_diff('day', f.first_submitted_on, l.day) >= p.maturity_days then f.n_submitted
            else f.n_adjudicated
        end as n_matured
    from ledger.first_pass_days as f
    cross join parameters as p
    cross join last_day as l
),

days_shown_or_withheld as (
    select
        payer_id, first_submitted_on, n_submitted, n_adjudicated, n_passed, n_matured,
        n_matured >= wanted_share * n_submitted as is_shown
    from days_and_their_maturity
),

variants as (
    select
        'first_pass_yield.adjudicated' as definition_id, payer_id, n_submitted, n_matured, is_shown,
        n_passed as numerator, n_adjudicated as denominator, first_submitted_on
    from days_shown_or_withheld
    union all
    select
        'first_pass_yield.submitted' as definition_id, payer_id, n_submitted, n_matured, is_shown,
        n_passed as numerator, n_matured as denominator, first_submitted_on
    from days_shown_or_withheld
)

select
    definition_id,  -- which definition: adjudicated or submitted
    payer_id,  -- payer first billed
    cast(case when is_shown then numerator end as decimal(18, 4)) as numerator,  -- claims passed at once; null while withheld
    cast(case when is_shown then denominator end as decimal(18, 4)) as denominator,  -- claims judged, or submitted and no longer young; null while withheld
    case when is_shown then cast(numerator as double) / nullif(denominator, 0) end as value,  -- share
    n_submitted as n_cohort,  -- claims first sent out that day
    n_matured,  -- of those judged or no longer young
    cast(n_matured as double) / nullif(n_submitted, 0) as matured_share,  -- their share
    case when not is_shown then 'immature' end as reason,  -- why it is withheld; null where it is not
    first_submitted_on as measured_on  -- day of the first submission
from variants
