-- One row per payer and day of acceptance into the scrubber: claims accepted, and those
-- released without anybody having to fix them. A claim not yet released stands in the denominator only.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.claims.scrubbed_on
with claims_accepted_into_the_scrubber as (
    select
        payer_id, scrubbed_on,
        count(*) filter (where is_clean) as n_clean,
        count(*) as n_accepted
    from ledger.claims
    where scrubbed_on between $from and $to
    group by payer_id, scrubbed_on
)

select
    'clean_claim_rate.hfma' as definition_id,  -- which definition
    payer_id,  -- payer of the claim
    cast(n_clean as decimal(18, 4)) as numerator,  -- claims released without a human fix before
    cast(n_accepted as decimal(18, 4)) as denominator,  -- claims accepted into the scrubber
    cast(n_clean as double) / nullif(n_accepted, 0) as value,  -- share
    scrubbed_on as measured_on  -- day of the first acceptance
from claims_accepted_into_the_scrubber
