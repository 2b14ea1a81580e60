-- One row per payer class and snapshot of accounts receivable: how many days of average charges are open.
-- Credits are left out, work not yet final billed is in. Charges are averaged over the 90 days that end on the
-- snapshot's day, or over as many as there are; with fewer than 28 there is no average. Charges that arrive late
-- restate the snapshots that they belong to.
-- grain: definition_id, payer_class, as_of
-- slice: as_of
-- restated by: intake.ar_snapshots.event_date
-- restated by: intake.charge_entries.event_date and 90 days after
with latest_delivery_of_each_account as (
    select event_date, pcn, payer_class, balance
    from intake.ar_snapshots
    where event_date between $from and $to
    qualify row_number() over (partition by event_date, pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

open_balances as (
    select
        event_date as as_of, coalesce(payer_class, 'unknown') as payer_class,
        sum(case when balance > 0 then balance else 0 end) as balance
    from latest_delivery_of_each_account
    group by event_date, coalesce(payer_class, 'unknown')
),

latest_delivery_of_each_charge as (
    select pcn, payer_class, charge, event_date
    from intake.charge_entries
    where event_date > $from - interval '90 days' and event_date <= $to
    qualify row_number() over (partition by pcn, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

charges_of_each_day as (
    select event_date, coalesce(payer_class, 'unknown') as payer_class, sum(coalesce(charge, 0)) as charge
    from latest_delivery_of_each_charge
    group by event_date, coalesce(payer_class, 'unknown')
),

snapshots_with_charges_before as (
    select a.as_of, c.payer_class, c.charge, c.event_date
    from (select distinct as_of from open_balances) as a
    inner join charges_of_each_day as c
        on c.event_date > a.as_of - interval '90 days' and c.event_date <= a.as_of
),

days_averaged as (
    select as_of, date_diff('day', min(event_date), as_of) + 1 as n_days
    from snapshots_with_charges_before
    group by as_of
),

charges_of_each_class as (
    select as_of, payer_class, sum(charge) as charge
    from snapshots_with_charges_before
    group by as_of, payer_class
),

classes_of_each_snapshot as (
    select as_of, payer_class from open_balances
    union
    select as_of, payer_class from charges_of_each_class
),

balances_and_daily_charges as (
    select
        k.as_of, k.payer_class, coalesce(b.balance, 0) as balance,
        case when d.n_days >= 28 then cast(coalesce(c.charge, 0) / d.n_days as decimal(18, 4)) end as daily_charge
    from classes_of_each_snapshot as k
    left join open_balances as b on b.as_of = k.as_of and b.payer_class = k.payer_class
    left join days_averaged as d on d.as_of = k.as_of
    left join charges_of_each_class as c on c.as_of = k.as_of and c.payer_class = k.payer_class
)

select
    'days_in_ar.gross' as definition_id,  -- which definition
    payer_class,  -- commercial, medicare, medicaid, self_pay, other or unknown
    cast(balance as decimal(18, 4)) as numerator,  -- open balances without credits, USD
    daily_charge as denominator,  -- average daily gross charge, USD; null with fewer than 28 days of charges
    cast(balance as double) / nullif(cast(daily_charge as double), 0) as value,  -- days
    as_of  -- date of the snapshot
from balances_and_daily_charges
