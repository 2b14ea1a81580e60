-- One row per definition, payer and day of first adjudication: primary original claims, and those with a denied line.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.claims.first_adjudicated_on
with claims_first_judged_by_the_primary_payer as (
    select payer_id, first_adjudicated_on, first_is_denied, first_adjudicated_charge, first_denied_charge
    from ledger.claims
    where first_adjudicated_on between $from and $to and is_original and is_primary
),

claims_and_dollars as (
    select
        'initial_denial_rate.claims' as definition_id, payer_id, first_adjudicated_on,
        count(*) filter (where first_is_denied) as numerator,
        count(*) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
    union all
    select
        'initial_denial_rate.dollars' as definition_id, payer_id, first_adjudicated_on,
        sum(first_denied_charge) as numerator,
        sum(first_adjudicated_charge) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
)

select
    definition_id,  -- which definition: claims or dollars
    payer_id,  -- payer first billed
    cast(numerator as decimal(18, 4)) as numerator,  -- claims denied, or charge denied in USD
    cast(denominator as decimal(18, 4)) as denominator,  -- claims judged, or charge judged in USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share; null where nothing was judged
    first_adjudicated_on as measured_on  -- day of the first adjudication
from claims_and_dollars
