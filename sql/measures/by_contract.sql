-- One row per definition, contract, payment model and day: every additive measure of contracts and panels in one shape, with the
-- counts of people by which small cells are withheld when it is published.
-- grain: definition_id, contract_id, model, measured_on
-- slice: measured_on
-- restated by: measures.payment_model_share.measured_on
-- restated by: measures.panel_use.measured_on
-- restated by: measures.readmissions.measured_on
-- restated by: measures.pmpm.measured_on
-- restated by: measures.risk_stratification.measured_on
-- restated by: measures.contract_quality.measured_on
with targets_of_each_contract as (
    select
        definition_id, contract_id, model, sum(numerator) as numerator, sum(denominator) as denominator, measured_on
    from measures.contract_quality
    where definition_id = 'contract_quality.targets_met' and measured_on between $from and $to
    group by definition_id, contract_id, model, measured_on
),

-- A margin is of one scope, and payments that are meant for another are no revenue of it: visits paid by the claim would stand
-- against all that hospitals cost, and a payment for all care against the practice's own services alone.
money_and_its_scope as (
    select
        definition_id, contract_id, model, numerator, denominator, n_panel, reason, measured_on,
        coalesce(definition_id like 'pmpm_margin.%' and definition_id <> 'pmpm_margin.' || cost_scope, false) as is_of_another_scope
    from measures.pmpm
    where measured_on between $from and $to
),

parts as (
    select
        definition_id, contract_id, model, numerator, denominator, n_inside, denominator - numerator as n_outside, n_panel,
        null as n_cohort, null as n_matured, reason, measured_on
    from measures.payment_model_share
    where n_inside is not null and measured_on between $from and $to
    union all
    select
        definition_id, contract_id, model, numerator, denominator, null as n_inside, null as n_outside, n_panel,
        null as n_cohort, null as n_matured, reason, measured_on
    from measures.payment_model_share
    where n_inside is null and measured_on between $from and $to
    union all
    select
        definition_id, contract_id, model, numerator, denominator, n_inside, n_outside, n_panel, null as n_cohort,
        null as n_matured, reason, measured_on
    from measures.panel_use
    where measured_on between $from and $to
    union all
    select
        definition_id, contract_id, model, numerator, denominator, n_inside, n_outside, n_panel, n_cohort,
        n_cohort * matured_share as n_matured, reason, measured_on
    from measures.readmissions
    where measured_on between $from and $to
    union all
    select
        definition_id, contract_id, model, case when not is_of_another_scope then numerator end as numerator,
        case when not is_of_another_scope then denominator end as denominator, null as n_inside, null as n_outside, n_panel,
        null as n_cohort, null as n_matured,
        case when is_of_another_scope then 'the contract is paid for another scope of cost' else reason end as reason, measured_on
    from money_and_its_scope
    union all
    select
        definition_id, contract_id, model, numerator, denominator, n_inside, n_outside, n_panel, null as n_cohort,
        null as n_matured, reason, measured_on
    from measures.risk_stratification
    where measured_on between $from and $to
    union all
    select
        definition_id, contract_id, model, numerator, denominator, null as n_inside, null as n_outside, null as n_panel,
        null as n_cohort, null as n_matured, null as reason, measured_on
    from targets_of_each_contract
)

select
    definition_id,  -- which definition
    contract_id,  -- contract; unknown where none is known
    model,  -- payment model, as in ledger.payer_models
    cast(numerator as decimal(18, 4)) as numerator,  -- in the unit of the definition; null where withheld
    cast(denominator as decimal(18, 4)) as denominator,  -- in the unit of the definition; null where withheld
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- numerator over denominator; null without one
    cast(n_inside as bigint) as n_inside,  -- people or events in the numerator; null where it is money
    cast(n_outside as bigint) as n_outside,  -- of a share, people or events left of the whole; null where it is none
    cast(n_panel as bigint) as n_panel,  -- members of the month; null where the measure is not about people
    cast(n_cohort as decimal(18, 4)) as n_cohort,  -- cases of the cohort; null where the definition has none
    cast(n_matured as decimal(18, 4)) as n_matured,  -- of those, cases that have matured
    reason,  -- why it is withheld; null where it is not
    measured_on  -- first day of the month or of the contract's period
from parts
