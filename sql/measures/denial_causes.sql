-- One row per definition, payer, root cause and day of adjudication: denied lines and dollars of that cause over all that the payer
-- denied that day. The root cause is that of the rule which names the driving code; 'unmapped' where no rule knows it.
-- grain: definition_id, payer_id, root_cause, measured_on
-- slice: measured_on
-- restated by: ledger.denials.adjudicated_on
with causes_of_each_day as (
    select payer_id, category as root_cause, adjudicated_on, count(*) as n_lines, sum(amount) as amount
    from ledger.denials
    where adjudicated_on between $from and $to
    group by payer_id, category, adjudicated_on
),

causes_and_wholes as (
    select
        payer_id, root_cause, adjudicated_on, n_lines, amount,
        sum(n_lines) over (partition by payer_id, adjudicated_on) as all_lines,
        sum(amount) over (partition by payer_id, adjudicated_on) as all_amount
    from causes_of_each_day
),

variants as (
    select
        'denial_causes.lines' as definition_id, payer_id, root_cause, n_lines as numerator, all_lines as denominator, adjudicated_on
    from causes_and_wholes
    union all
    select
        'denial_causes.dollars' as definition_id, payer_id, root_cause, amount as numerator, all_amount as denominator, adjudicated_on
    from causes_and_wholes
)

select
    definition_id,  -- which definition: lines or dollars
    payer_id,  -- payer of the remittance
    root_cause,  -- root cause by ledger.denial_rules; unmapped where no rule knows the code
    cast(numerator as decimal(18, 4)) as numerator,  -- denied lines of the cause, or their charge in USD
    cast(denominator as decimal(18, 4)) as denominator,  -- all denied lines of the payer and day, or their charge in USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    adjudicated_on as measured_on  -- payment date of the remittance
from variants
