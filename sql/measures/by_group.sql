-- One row per definition, group and day: every additive measure of groups in one shape, per payer, payer class, queue or
-- system, and for all of them. What the windows and the published tables read, so that a table of measures is named once.
-- A table that can be cut in two ways stands here in both; its total is taken from one of them.
-- A withheld row adds nothing to the numbers and all of its cohort, so that every sum of rows knows how much has matured.
-- grain: definition_id, group_kind, group_id, measured_on
-- slice: measured_on
-- restated by: measures.definitions
-- restated by: measures.account_touches.measured_on
-- restated by: measures.aged_ar.as_of
-- restated by: measures.aging_movement.as_of
-- restated by: measures.appeal_progression.measured_on
-- restated by: measures.billable_encounters.measured_on
-- restated by: measures.by_clinician.measured_on
-- restated by: measures.by_contract.measured_on
-- restated by: measures.clean_claim_rate.measured_on
-- restated by: measures.collections_per_wrvu.measured_on
-- restated by: measures.complexity_denials.measured_on
-- restated by: measures.cost.measured_on
-- restated by: measures.cost_per_rvu.measured_on
-- restated by: measures.days_in_ar.as_of
-- restated by: measures.em_level_mix.measured_on
-- restated by: measures.exceptions.measured_on
-- restated by: measures.first_pass_yield.measured_on
-- restated by: measures.followup_intensity.measured_on
-- restated by: measures.friction_minutes.measured_on
-- restated by: measures.front_end_acceptance_rate.measured_on
-- restated by: measures.initial_denial_rate.measured_on
-- restated by: measures.initial_denial_rate_monthly.measured_on
-- restated by: measures.missed_billing.measured_on
-- restated by: measures.net_collection_rate.measured_on
-- restated by: measures.open_variances.as_of
-- restated by: measures.payment_automation.measured_on
-- restated by: measures.payment_exceptions.measured_on
-- restated by: measures.queue_movement.measured_on
-- restated by: measures.rework_volume.measured_on
-- restated by: measures.unmapped_denials.measured_on
-- restated by: measures.variance_resolution.measured_on
with parts as (
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.account_touches where measured_on between $from and $to
    union all
    select
        definition_id, 'complexity' as group_kind, complexity as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.account_touches where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, as_of as measured_on
    from measures.aged_ar where as_of between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, as_of as measured_on
    from measures.aging_movement where as_of between $from and $to
    union all
    select
        definition_id, 'bucket' as group_kind, bucket_from as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, as_of as measured_on
    from measures.aging_movement where as_of between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.appeal_progression where measured_on between $from and $to
    union all
    select
        definition_id, 'level' as group_kind, level as group_id, false as is_whole, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.appeal_progression where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.clean_claim_rate where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.complexity_denials where measured_on between $from and $to
    union all
    select
        definition_id, 'complexity' as group_kind, complexity as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.complexity_denials where measured_on between $from and $to
    union all
    select
        definition_id, 'client' as group_kind, client_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.cost where measured_on between $from and $to
    union all
    select
        definition_id, 'payer_class' as group_kind, payer_class as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, as_of as measured_on
    from measures.days_in_ar where as_of between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.exceptions where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.first_pass_yield where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.followup_intensity where measured_on between $from and $to
    union all
    select
        definition_id, 'system' as group_kind, system as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.friction_minutes where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.front_end_acceptance_rate where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.initial_denial_rate where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.initial_denial_rate_monthly where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.net_collection_rate where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, as_of as measured_on
    from measures.open_variances where as_of between $from and $to
    union all
    select
        definition_id, 'reason' as group_kind, exception_reason as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, as_of as measured_on
    from measures.open_variances where as_of between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.payment_automation where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.payment_exceptions where measured_on between $from and $to
    union all
    select
        definition_id, 'queue' as group_kind, queue as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.queue_movement where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.rework_volume where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.unmapped_denials where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.variance_resolution where measured_on between $from and $to
    union all
    select
        definition_id, 'reason' as group_kind, exception_reason as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.variance_resolution where measured_on between $from and $to
    union all
    select
        definition_id, 'specialty' as group_kind, specialty as group_id, true as is_whole, numerator, denominator, n_cohort,
        n_matured, measured_on
    from measures.by_clinician where measured_on between $from and $to
    union all
    select
        definition_id, 'clinician_type' as group_kind, clinician_type as group_id, false as is_whole, numerator, denominator, n_cohort,
        n_matured, measured_on
    from measures.by_clinician where measured_on between $from and $to
    union all
    select
        definition_id, 'setting' as group_kind, setting as group_id, false as is_whole, numerator, denominator, n_cohort,
        n_matured, measured_on
    from measures.by_clinician where measured_on between $from and $to
    union all
    select
        definition_id, 'payer' as group_kind, payer_id as group_id, false as is_whole, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.collections_per_wrvu where measured_on between $from and $to
    union all
    select
        definition_id, 'all' as group_kind, 'all' as group_id, true as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.cost_per_rvu where measured_on between $from and $to
    union all
    select
        definition_id, 'em_family' as group_kind, em_family as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.em_level_mix where measured_on between $from and $to
    union all
    select
        definition_id, 'contract' as group_kind, contract_id as group_id, true as is_whole, numerator, denominator, n_cohort,
        n_matured, measured_on
    from measures.by_contract where measured_on between $from and $to
    union all
    select
        definition_id, 'contract' as group_kind, contract_id as group_id, false as is_whole, numerator, denominator, null as n_cohort,
        null as n_matured, measured_on
    from measures.billable_encounters where measured_on between $from and $to
    union all
    select
        definition_id, 'contract' as group_kind, contract_id as group_id, false as is_whole, numerator, denominator, n_cohort,
        n_cohort * matured_share as n_matured, measured_on
    from measures.missed_billing where measured_on between $from and $to
),

parts_and_totals as (
    select
        definition_id, group_kind, coalesce(group_id, 'unknown') as group_id, numerator, denominator, n_cohort, n_matured,
        measured_on
    from parts
    where group_kind <> 'all'
    union all
    select
        definition_id, 'all' as group_kind, 'all' as group_id, numerator, denominator, n_cohort, n_matured, measured_on
    from parts
    where is_whole
),

sums as (
    select
        p.definition_id, p.group_kind, p.group_id, p.measured_on,
        sum(p.numerator) as numerator, sum(p.denominator) as denominator,
        sum(p.n_cohort) as n_cohort, sum(p.n_matured) as n_matured
    from parts_and_totals as p
    inner join measures.definitions as d on d.definition_id = p.definition_id and d.method in ('ratio', 'share', 'stock')
    where p.measured_on is not null
    group by p.definition_id, p.group_kind, p.group_id, p.measured_on
)

select
    definition_id,  -- which definition
    group_kind,  -- payer, payer_class, queue, system and the like; all for the total
    group_id,  -- which of them; 'unknown' where none was given
    cast(numerator as decimal(18, 4)) as numerator,  -- sum of the numerators, in the unit of the definition; null where withheld
    cast(denominator as decimal(18, 4)) as denominator,  -- sum of the denominators, in the unit of the definition; null where withheld
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- numerator over denominator; null without one
    cast(n_cohort as decimal(18, 4)) as n_cohort,  -- cases of the day's cohort; null where the definition has none
    cast(n_matured as decimal(18, 4)) as n_matured,  -- of those, cases that have matured
    measured_on  -- day that the measure belongs to
from sums
