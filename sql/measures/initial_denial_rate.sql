-- One row per definition, payer and day of first adjudication: primary original claims, their lines and dollars, and what of
-- them was denied. The variants look at the same claims: by claims, by dollars, by lines, claims denied in part only, and
-- lines that Rivet's rule calls denied. Remittances of primary payers that paid nothing stand on the day of any adjudication.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.claims.first_adjudicated_on
-- restated by: ledger.adjudications.adjudicated_on
with claims_first_judged_by_the_primary_payer as (
    select
        c.payer_id, c.first_adjudicated_on, c.first_is_denied, c.first_adjudicated_charge, c.first_denied_charge,
        a.n_charged_lines, a.n_denied_lines, a.n_unallowed_lines
    from ledger.claims as c
    inner join ledger.adjudications as a
        on a.remit_claim_id = c.first_remit_claim_id and a.adjudicated_on = c.first_adjudicated_on
    where
        c.first_adjudicated_on between $from and $to and a.adjudicated_on between $from and $to
        and c.is_original and c.is_primary
),

remittances_of_primary_payers as (
    select payer_id, adjudicated_on, paid
    from ledger.adjudications
    where
        adjudicated_on between $from and $to and payer_rank = 1 and charge > 0 and not is_duplicate
),

variants as (
    select
        'initial_denial_rate.claims' as definition_id, payer_id, first_adjudicated_on as measured_on,
        count(*) filter (where first_is_denied) as numerator,
        count(*) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
    union all
    select
        'initial_denial_rate.dollars' as definition_id, payer_id, first_adjudicated_on as measured_on,
        sum(first_denied_charge) as numerator,
        sum(first_adjudicated_charge) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
    union all
    select
        'initial_denial_rate.lines' as definition_id, payer_id, first_adjudicated_on as measured_on,
        sum(n_denied_lines) as numerator,
        sum(n_charged_lines) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
    union all
    select
        'initial_denial_rate.partial' as definition_id, payer_id, first_adjudicated_on as measured_on,
        count(*) filter (where first_is_denied and n_denied_lines < n_charged_lines) as numerator,
        count(*) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
    union all
    select
        'initial_denial_rate.rivet' as definition_id, payer_id, first_adjudicated_on as measured_on,
        sum(n_unallowed_lines) as numerator,
        sum(n_charged_lines) as denominator
    from claims_first_judged_by_the_primary_payer
    group by payer_id, first_adjudicated_on
    union all
    select
        'initial_denial_rate.primary_remits' as definition_id, payer_id, adjudicated_on as measured_on,
        count(*) filter (where paid = 0) as numerator,
        count(*) as denominator
    from remittances_of_primary_payers
    group by payer_id, adjudicated_on
)

select
    definition_id,  -- which definition
    payer_id,  -- payer first billed; of primary_remits the payer of the remittance
    cast(numerator as decimal(18, 4)) as numerator,  -- claims or lines denied, or charge denied in USD
    cast(denominator as decimal(18, 4)) as denominator,  -- claims or lines judged, or charge judged in USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share; null where nothing was judged
    measured_on  -- day of the first adjudication; of primary_remits of the adjudication
from variants
