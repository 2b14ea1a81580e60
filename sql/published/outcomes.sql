-- One row per period, definition and group: how the revenue cycle did, per payer and for all payers together.
-- Rates are counted per calendar month and payer; days in A/R per snapshot date and payer class. A value is the sum of
-- the numerators over the sum of the denominators, never a mean of rates, and null where there is nothing to divide by.
-- grain: definition_id, period_kind, period, group_kind, group_id
-- slice: all
-- restated by: measures.initial_denial_rate
-- restated by: measures.clean_claim_rate
-- restated by: measures.days_in_ar
with parts as (
    select
        definition_id,
        'month' as period_kind,
        cast(date_trunc('month', measured_on) as date) as period,
        'payer' as group_kind,
        coalesce(payer_id, 'unknown') as group_id,
        numerator,
        denominator
    from measures.initial_denial_rate
    union all
    select
        definition_id,
        'month' as period_kind,
        cast(date_trunc('month', measured_on) as date) as period,
        'payer' as group_kind,
        coalesce(payer_id, 'unknown') as group_id,
        numerator,
        denominator
    from measures.clean_claim_rate
    union all
    select
        definition_id,
        'as_of' as period_kind,
        as_of as period,
        'payer_class' as group_kind,
        coalesce(payer_class, 'unknown') as group_id,
        numerator,
        denominator
    from measures.days_in_ar
),

parts_and_totals as (
    select definition_id, period_kind, period, group_kind, group_id, numerator, denominator
    from parts
    union all
    select definition_id, period_kind, period, 'all' as group_kind, 'all' as group_id, numerator, denominator
    from parts
)

select
    definition_id as definition_id,  -- definition of the metric
    period_kind as period_kind,  -- month: counted over the month; as_of: the state on that day
    period as period,  -- first day of the month, or the day of the snapshot
    group_kind as group_kind,  -- payer, payer_class or all
    group_id as group_id,  -- the payer or payer class; 'all' for the total, 'unknown' where none was given
    sum(numerator) as numerator,  -- sum of the numerators, in the unit of the definition
    sum(denominator) as denominator,  -- sum of the denominators, in the unit of the definition
    cast(sum(numerator) as double) / nullif(cast(sum(denominator) as double), 0) as value  -- numerator over denominator, null where that is 0
from parts_and_totals
group by definition_id, period_kind, period, group_kind, group_id
