-- One row per definition, client and month: what the revenue cycle cost per dollar of cash, for the office by its books, and
-- what a billing company keeps of each client's fee. The office's own row of the books is taken where there is one, else the
-- sum of its payer classes.
-- grain: definition_id, client_id, measured_on
-- slice: measured_on
-- restated by: intake.financials.event_date
-- restated by: intake.client_fees.event_date
with latest_delivery_of_each_month as (
    select period, payer_class, cash, rcm_cost
    from intake.financials
    where event_date between $from and $to
    qualify row_number() over (
        partition by period, coalesce(payer_class, '') order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

months_of_the_office as (
    select
        period,
        coalesce(max(case when payer_class is null then rcm_cost end), sum(rcm_cost)) as rcm_cost,
        coalesce(max(case when payer_class is null then cash end), sum(cash)) as cash
    from latest_delivery_of_each_month
    group by period
),

latest_delivery_of_each_client as (
    select client_id, period, fee, cost
    from intake.client_fees
    where event_date between $from and $to
    qualify row_number() over (
        partition by client_id, period order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

variants as (
    select
        'cost_to_collect.cash' as definition_id, 'office' as client_id, rcm_cost as numerator, cash as denominator, period
    from months_of_the_office
    where rcm_cost is not null and cash is not null
    union all
    select
        'client_gross_margin.fee' as definition_id, client_id, fee - cost as numerator, fee as denominator, period
    from latest_delivery_of_each_client
)

select
    definition_id,  -- which definition: cost_to_collect.cash or client_gross_margin.fee
    client_id,  -- client of the billing company; office where the whole office is meant
    cast(numerator as decimal(18, 4)) as numerator,  -- cost of the revenue cycle, or fee less cost, USD
    cast(denominator as decimal(18, 4)) as denominator,  -- cash collected, or fee, USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- dollars per dollar
    period as measured_on  -- first day of the month
from variants
