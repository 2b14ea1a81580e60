-- One row per complexity, payer and day of first adjudication: how often claims of a tier were denied at first. It judges the
-- rule of complexity: a rule that is worth its points gives tiers whose rates differ.
-- grain: definition_id, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.claims.first_adjudicated_on
with claims_first_judged_by_the_primary_payer as (
    select complexity, payer_id, first_adjudicated_on, count(*) as n_claims, count(*) filter (where first_is_denied) as n_denied
    from ledger.claims
    where first_adjudicated_on between $from and $to and is_original and is_primary and has_submission
    group by complexity, payer_id, first_adjudicated_on
)

select
    'complexity_denials.claims' as definition_id,  -- which definition
    complexity,  -- low, medium or high, as the rule had it on the day of the first submission
    payer_id,  -- payer first billed
    cast(n_denied as decimal(18, 4)) as numerator,  -- claims with a denied line
    cast(n_claims as decimal(18, 4)) as denominator,  -- claims first judged
    cast(n_denied as double) / nullif(n_claims, 0) as value,  -- share
    first_adjudicated_on as measured_on  -- day of the first adjudication
from claims_first_judged_by_the_primary_payer
