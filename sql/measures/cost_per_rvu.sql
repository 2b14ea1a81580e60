-- One row per definition and month: what the practice cost to run, by its books, per RVU and per work RVU rendered in the month, and how much
-- of it is fixed. The practice's own row of the books is taken where there is one, else the sum of its payer classes.
-- grain: definition_id, measured_on
-- slice: all
-- restated by: intake.financials
-- restated by: ledger.clinician_days
with latest_delivery_of_each_month as (
    select period, payer_class, operating_cost, fixed_cost
    from intake.financials
    qualify row_number() over (
        partition by period, coalesce(payer_class, '') order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

months_of_the_practice as (
    select
        cast(date_trunc('month', period) as date) as month,
        coalesce(max(case when payer_class is null then operating_cost end), sum(operating_cost)) as operating_cost,
        coalesce(max(case when payer_class is null then fixed_cost end), sum(fixed_cost)) as fixed_cost
    from latest_delivery_of_each_month
    group by 1
),

work_of_each_month as (
    select cast(date_trunc('month', work_date) as date) as month, sum(total_rvu) as total_rvu, sum(wrvu) as wrvu
    from ledger.clinician_days
    group by 1
),

variants as (
    select 'cost_per_rvu.total' as definition_id, c.operating_cost as numerator, coalesce(w.total_rvu, 0) as denominator, c.month
    from months_of_the_practice as c
    left join work_of_each_month as w on w.month = c.month
    where c.operating_cost is not null
    union all
    select 'cost_per_rvu.work' as definition_id, c.operating_cost as numerator, coalesce(w.wrvu, 0) as denominator, c.month
    from months_of_the_practice as c
    left join work_of_each_month as w on w.month = c.month
    where c.operating_cost is not null
    union all
    select 'fixed_cost_share.operating' as definition_id, fixed_cost as numerator, operating_cost as denominator, month
    from months_of_the_practice
    where operating_cost is not null and fixed_cost is not null
)

select
    definition_id,  -- which definition
    cast(numerator as decimal(18, 4)) as numerator,  -- operating cost, or the fixed part of it, USD
    cast(denominator as decimal(18, 4)) as denominator,  -- RVU, work RVU, or operating cost in USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- USD per RVU, or share; null without a denominator
    month as measured_on  -- first day of the month
from variants
