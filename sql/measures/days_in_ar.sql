-- One row per definition, payer class and snapshot of accounts receivable: how many days of average charges or revenue are
-- open. The gross variants divide by charges of the logs, averaged over the ar_window_days that end on the snapshot's day, or
-- over as many as there are, none below 28. Net and adjusted divide by the books: the closed months of the financials
-- nearest before the snapshot, as many as the window holds. Where the books tell classes the office's own row is not used,
-- else the office is one class. Charges and books that arrive late restate the snapshots that they belong to.
-- grain: definition_id, payer_class, as_of
-- slice: as_of
-- restated by: intake.ar_snapshots.event_date
-- restated by: intake.charge_entries.event_date and 366 days after
-- restated by: intake.financials.event_date and 550 days after
-- restated by: ledger.parameters
with parameters as (
    select cast(value as integer) as window_days, greatest(1, cast(round(value / 30) as integer)) as n_months
    from ledger.parameters
    where name = 'ar_window_days'
),

latest_delivery_of_each_account as (
    select event_date, pcn, payer_class, balance, is_dnfb
    from intake.ar_snapshots
    where event_date between $from and $to
    qualify row_number() over (partition by event_date, pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

open_balances as (
    select
        event_date as as_of, coalesce(payer_class, 'unknown') as payer_class,
        sum(case when balance > 0 then balance else 0 end) as balance,
        sum(balance) as netted,
        sum(case when balance > 0 and not coalesce(is_dnfb, false) then balance else 0 end) as billed,
        sum(case when not coalesce(is_dnfb, false) then balance else 0 end) as billed_netted
    from latest_delivery_of_each_account
    group by event_date, coalesce(payer_class, 'unknown')
),

snapshots as (
    select distinct as_of
    from open_balances
),

latest_delivery_of_each_charge as (
    select pcn, payer_class, charge, event_date
    from intake.charge_entries
    where event_date > $from - interval '366 days' and event_date <= $to
    qualify row_number() over (partition by pcn, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

charges_of_each_day as (
    select event_date, coalesce(payer_class, 'unknown') as payer_class, sum(coalesce(charge, 0)) as charge
    from latest_delivery_of_each_charge
    group by event_date, coalesce(payer_class, 'unknown')
),

snapshots_with_charges_before as (
    select a.as_of, c.payer_class, c.charge, c.event_date
    from snapshots as a
    cross join parameters as p
    inner join charges_of_each_day as c
        on c.event_date > a.as_of - p.window_days and c.event_date <= a.as_of
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
        k.as_of, k.payer_class, coalesce(b.balance, 0) as balance, coalesce(b.netted, 0) as netted,
        coalesce(b.billed, 0) as billed,
        case when d.n_days >= 28 then cast(coalesce(c.charge, 0) / d.n_days as decimal(18, 4)) end as daily_charge
    from classes_of_each_snapshot as k
    left join open_balances as b on b.as_of = k.as_of and b.payer_class = k.payer_class
    left join days_averaged as d on d.as_of = k.as_of
    left join charges_of_each_class as c on c.as_of = k.as_of and c.payer_class = k.payer_class
),

months_of_the_books as (
    select
        period, payer_class, coalesce(gross_charges, 0) as gross_charges,
        coalesce(contractual_adjustments, 0) as contractual, coalesce(npsr, 0) as npsr,
        date_diff('day', period, cast(period + interval '1 month' as date)) as n_days,
        cast(period + interval '1 month' as date) as next_month
    from intake.financials
    where event_date > $from - interval '550 days' and event_date <= $to
    qualify row_number() over (
        partition by period, coalesce(payer_class, '') order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

-- Books close late, so the newest closed month may have ended up to two months before the snapshot; older ones say nothing.
months_before_each_snapshot as (
    select s.as_of, m.period, m.payer_class, m.gross_charges, m.contractual, m.npsr, m.n_days
    from snapshots as s
    cross join parameters as p
    inner join months_of_the_books as m
        on m.next_month <= s.as_of + 1 and m.next_month > s.as_of - p.window_days - 62
    qualify
        dense_rank() over (partition by s.as_of order by m.period desc) <= p.n_months
        and max(m.next_month) over (partition by s.as_of) > s.as_of - 62
),

days_of_the_books as (
    select as_of, sum(n_days) as n_days, max(n_classes) as n_classes
    from (
        select as_of, period, max(n_days) as n_days, count(payer_class) as n_classes
        from months_before_each_snapshot
        group by as_of, period
    ) as months
    group by as_of
),

books_of_each_class as (
    select
        m.as_of, case when d.n_classes > 0 then m.payer_class else 'office' end as payer_class,
        sum(m.gross_charges) as gross_charges, sum(m.contractual) as contractual, sum(m.npsr) as npsr
    from months_before_each_snapshot as m
    inner join days_of_the_books as d on d.as_of = m.as_of
    where m.payer_class is not null or d.n_classes = 0
    group by m.as_of, case when d.n_classes > 0 then m.payer_class else 'office' end
),

balances_of_each_class_of_the_books as (
    select
        b.as_of, case when d.n_classes > 0 then b.payer_class else 'office' end as payer_class,
        sum(b.balance) as balance, sum(b.billed_netted) as billed_netted
    from open_balances as b
    inner join days_of_the_books as d on d.as_of = b.as_of
    group by b.as_of, case when d.n_classes > 0 then b.payer_class else 'office' end
),

classes_of_the_books as (
    select as_of, payer_class from books_of_each_class
    union
    select as_of, payer_class from balances_of_each_class_of_the_books
),

balances_and_the_books as (
    select
        k.as_of, k.payer_class, coalesce(b.billed_netted, 0) as billed_netted,
        coalesce(b.balance, 0)
        * (1 - coalesce(cast(a.contractual as double) / nullif(cast(a.gross_charges as double), 0), 0)) as net_balance,
        cast(coalesce(a.npsr, 0) / d.n_days as decimal(18, 4)) as daily_npsr,
        cast(coalesce(a.gross_charges - a.contractual, 0) / d.n_days as decimal(18, 4)) as daily_adjusted
    from classes_of_the_books as k
    inner join days_of_the_books as d on d.as_of = k.as_of
    left join balances_of_each_class_of_the_books as b on b.as_of = k.as_of and b.payer_class = k.payer_class
    left join books_of_each_class as a on a.as_of = k.as_of and a.payer_class = k.payer_class
),

variants as (
    select
        'days_in_ar.gross' as definition_id, payer_class, cast(balance as decimal(18, 4)) as numerator,
        daily_charge as denominator, as_of
    from balances_and_daily_charges
    union all
    select
        'days_in_ar.gross_credits_netted' as definition_id, payer_class, cast(netted as decimal(18, 4)) as numerator,
        daily_charge as denominator, as_of
    from balances_and_daily_charges
    union all
    select
        'days_in_ar.gross_billed_only' as definition_id, payer_class, cast(billed as decimal(18, 4)) as numerator,
        daily_charge as denominator, as_of
    from balances_and_daily_charges
    union all
    select
        'days_in_ar.net' as definition_id, payer_class, cast(net_balance as decimal(18, 4)) as numerator,
        daily_npsr as denominator, as_of
    from balances_and_the_books
    union all
    select
        'days_in_ar.adjusted' as definition_id, payer_class, cast(billed_netted as decimal(18, 4)) as numerator,
        daily_adjusted as denominator, as_of
    from balances_and_the_books
)

select
    definition_id,  -- which definition
    payer_class,  -- commercial, medicare, medicaid, self_pay, other or unknown; office where the books tell no classes
    numerator,  -- open balances, USD
    denominator,  -- average daily charge or revenue, USD; null with fewer than 28 days of charges
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- days
    as_of  -- date of the snapshot
from variants
