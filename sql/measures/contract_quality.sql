-- One row per definition, contract, measure, version of the measure and period: results as the contract defines them, and
-- whether they reach the contract's target. Numerators and denominators are the contract's own; another version of a
-- measure is another measure. Results of unlike measures are never added; how many of them reach their target is.
-- grain: definition_id, contract_id, measure, measure_version, measured_on
-- slice: measured_on
-- restated by: intake.quality_results.event_date
-- restated by: ledger.contract_layers
with latest_delivery_of_each_result as (
    select
        contract_id, measure, coalesce(measure_version, 'unknown') as measure_version, coalesce(family, 'quality') as family,
        numerator, denominator, target, coalesce(good, 'up') as good, event_date
    from intake.quality_results
    where event_date between $from and $to
    qualify row_number() over (
        partition by contract_id, measure, coalesce(measure_version, 'unknown'), event_date
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

layers_of_each_result as (
    select r.contract_id, r.event_date, l.layer, l.model
    from (select distinct contract_id, event_date from latest_delivery_of_each_result) as r
    inner join ledger.contract_layers as l
        on l.contract_id = r.contract_id and l.valid_from <= r.event_date and (l.valid_to is null or l.valid_to >= r.event_date)
),

models as (
    select
        contract_id, event_date, max(case when layer = 'chassis' then model end) as chassis_model,
        max(case when layer = 'value' then model end) as value_model
    from layers_of_each_result
    group by contract_id, event_date
),

results as (
    select
        r.contract_id, r.measure, r.measure_version, r.family, r.numerator, r.denominator, r.target, r.good, r.event_date,
        case
            when m.chassis_model <> m.value_model then m.chassis_model || '+' || m.value_model
            else coalesce(m.chassis_model, m.value_model, 'unknown')
        end as model,
        case
            when r.denominator > 0 and r.target is not null then
                case
                    when r.good = 'down' then r.numerator <= r.target * r.denominator
                    else r.numerator >= r.target * r.denominator
                end
        end as is_met
    from latest_delivery_of_each_result as r
    left join models as m on m.contract_id = r.contract_id and m.event_date = r.event_date
),

variants as (
    select
        'contract_quality.quality' as definition_id, contract_id, model, measure, measure_version, numerator, denominator,
        target, good, is_met, event_date
    from results
    where family = 'quality'
    union all
    select
        'contract_quality.satisfaction' as definition_id, contract_id, model, measure, measure_version, numerator, denominator,
        target, good, is_met, event_date
    from results
    where family = 'satisfaction'
    union all
    select
        'contract_quality.evidence_based_practice' as definition_id, contract_id, model, measure, measure_version, numerator,
        denominator, target, good, is_met, event_date
    from results
    where family = 'evidence_based_practice'
    union all
    select
        'contract_quality.targets_met' as definition_id, contract_id, model, measure, measure_version,
        case when is_met then 1 else 0 end as numerator, 1 as denominator, target, good, is_met, event_date
    from results
    where is_met is not null
)

select
    definition_id,  -- which definition: family of the measure, or the share of targets met
    contract_id,  -- contract
    model,  -- payment model on the first day of the period, as in ledger.payer_models
    measure,  -- measure, in the contract's words
    measure_version,  -- version of its definition; unknown where not told
    cast(numerator as decimal(18, 4)) as numerator,  -- as the contract counts it; 1 where the target is met
    cast(denominator as decimal(18, 4)) as denominator,  -- as the contract counts it; 1 for each target
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    target,  -- the contract's target, as a share; null without one
    good,  -- up or down: which direction is better
    is_met,  -- whether the target is reached; null without a target or a denominator
    event_date as measured_on  -- first day of the period
from variants
