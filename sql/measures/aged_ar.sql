-- One row per definition, payer and snapshot of accounts receivable: the share of the open dollars that is old. Ages run from
-- the first billed date that the snapshot gives and are not begun anew by a transfer; credits are left out.
-- grain: definition_id, payer_id, as_of
-- slice: as_of
-- restated by: intake.ar_snapshots.event_date
with latest_delivery_of_each_account as (
    select event_date, pcn, payer_id, balance, billed_on, is_dnfb
    from intake.ar_snapshots
    where event_date between $from and $to
    qualify row_number() over (partition by event_date, pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

open_accounts as (
    select
        event_date, coalesce(payer_id, 'unknown') as payer_id, balance,
        case when billed_on is not null and not coalesce(is_dnfb, false) then date_diff('day', billed_on, event_date) end as age
    from latest_delivery_of_each_account
    where balance > 0
),

balances_of_each_payer as (
    select
        event_date, payer_id, sum(balance) as total,
        coalesce(sum(balance) filter (where age is not null), 0) as billed,
        coalesce(sum(balance) filter (where age > 90), 0) as over_90,
        coalesce(sum(balance) filter (where age > 120), 0) as over_120
    from open_accounts
    group by event_date, payer_id
),

variants as (
    select
        'aged_ar.over_90_of_billed' as definition_id, payer_id, over_90 as numerator, billed as denominator, event_date
    from balances_of_each_payer
    union all
    select
        'aged_ar.over_90_of_total' as definition_id, payer_id, over_90 as numerator, total as denominator, event_date
    from balances_of_each_payer
    union all
    select
        'aged_ar.over_120_of_billed' as definition_id, payer_id, over_120 as numerator, billed as denominator, event_date
    from balances_of_each_payer
)

select
    definition_id,  -- which definition
    payer_id,  -- payer; unknown where the snapshot names none
    cast(numerator as decimal(18, 4)) as numerator,  -- open dollars beyond the age, USD
    cast(denominator as decimal(18, 4)) as denominator,  -- open dollars billed, or all, USD
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    event_date as as_of  -- date of the snapshot
from variants
