-- One row per payer, reason and day on which a payment exception was opened or closed: the steps of which the open load
-- of every day is the sum. An exception is opened on the day on which its payment arrived. A late resolution changes the
-- steps of its own day only.
-- grain: payer_id, exception_reason, moved_on
-- slice: moved_on
-- restated by: ledger.payments.exception_opened_on
-- restated by: ledger.payments.exception_closed_on
with steps as (
    select
        coalesce(payer_id, 'unknown') as payer_id, exception_reason, exception_opened_on as moved_on,
        exception_opened_on, abs(variance_amount) as amount, 1 as n_opened, 0 as n_closed
    from ledger.payments
    where exception_opened_on between $from and $to
    union all
    select
        coalesce(payer_id, 'unknown') as payer_id, exception_reason, exception_closed_on as moved_on,
        exception_opened_on, abs(variance_amount) as amount, 0 as n_opened, 1 as n_closed
    from ledger.payments
    where exception_closed_on between $from and $to
)

select
    payer_id,  -- payer; unknown where none was given
    exception_reason,  -- variance, partial, no_match or plb
    cast(sum(n_opened) as bigint) as n_opened,  -- exceptions opened that day
    cast(sum(n_closed) as bigint) as n_closed,  -- exceptions closed that day
    cast(sum(n_opened * amount) as decimal(18, 2)) as amount_opened,  -- size of the variances opened, USD, whatever their sign
    cast(sum(n_closed * amount) as decimal(18, 2)) as amount_closed,  -- size of the variances closed, USD
    cast(sum(n_closed * date_diff('day', exception_opened_on, moved_on)) as bigint) as closed_age_days,  -- days that those closed had been open
    moved_on  -- day
from steps
group by payer_id, exception_reason, moved_on
