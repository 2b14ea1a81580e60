-- One row per definition, payer and day of adjudication: denied lines and dollars, and those without a root cause, because no
-- rule of ledger.denial_rules knows their code. Beside them the share from which the check on this table warns.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.denials.adjudicated_on
-- restated by: ledger.parameters
with denials_of_each_day as (
    select
        payer_id, adjudicated_on, count(*) as n_denials, sum(amount) as amount,
        count(*) filter (where category = 'unmapped') as n_unmapped,
        coalesce(sum(amount) filter (where category = 'unmapped'), 0) as unmapped_amount
    from ledger.denials
    where adjudicated_on between $from and $to
    group by payer_id, adjudicated_on
),

variants as (
    select
        'unmapped_denials.lines' as definition_id, payer_id, n_unmapped as numerator, n_denials as denominator, adjudicated_on
    from denials_of_each_day
    union all
    select
        'unmapped_denials.dollars' as definition_id, payer_id, unmapped_amount as numerator, amount as denominator, adjudicated_on
    from denials_of_each_day
)

select
    definition_id,  -- which definition: lines or dollars
    payer_id,  -- payer of the remittance
    cast(numerator as decimal(18, 4)) as numerator,  -- denied lines without a root cause, or their charge in USD
    cast(denominator as decimal(18, 4)) as denominator,  -- denied lines, or their charge in USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    (select value from ledger.parameters where name = 'unmapped_limit') as unmapped_limit,  -- share above which the check warns
    adjudicated_on as measured_on  -- payment date of the remittance
from variants
