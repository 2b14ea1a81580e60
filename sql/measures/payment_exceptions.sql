-- One row per definition, payer, method and day of receipt: payments received, and those that a person had to look into.
-- grain: definition_id, payer_id, method, measured_on
-- slice: measured_on
-- restated by: ledger.payments.received_on
with payments_of_each_day as (
    select
        payer_id, method, received_on, count(exception_reason) as n_exceptions, count(*) as n_received
    from ledger.payments
    where received_on between $from and $to
    group by payer_id, method, received_on
)

select
    'payment_exception_rate.payer' as definition_id,  -- which definition
    payer_id,  -- payer
    method,  -- era_auto, era_manual, eob_manual or patient
    cast(n_exceptions as decimal(18, 4)) as numerator,  -- payments with a variance, part payment, provider-level adjustment or no match
    cast(n_received as decimal(18, 4)) as denominator,  -- payments received
    cast(n_exceptions as double) / nullif(n_received, 0) as value,  -- share
    received_on as measured_on  -- day of receipt
from payments_of_each_day
