-- One row per definition, payer and day: items that were stopped or hit an edit, for every hundred processed. Claims
-- count on the day on which the scrubber first accepted them, with the edits of their first pass; payments on the day of
-- receipt.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.first_passes.scrubbed_on
-- restated by: ledger.payments.received_on
with claims_of_each_day as (
    select
        payer_id, scrubbed_on,
        count(*) as n_claims,
        sum(n_edits) as n_edits,
        count(*) filter (where n_edits > 0) as n_stopped,
        count(*) filter (where n_coding_edits > 0) as n_coding,
        count(*) filter (where n_charge_edits + n_registration_edits > 0) as n_entry
    from ledger.first_passes
    where scrubbed_on between $from and $to
    group by payer_id, scrubbed_on
),

payments_of_each_day as (
    select
        coalesce(payer_id, 'unknown') as payer_id, received_on,
        count(*) as n_payments,
        count(exception_reason) as n_stopped
    from ledger.payments
    where received_on between $from and $to
    group by coalesce(payer_id, 'unknown'), received_on
),

measures as (
    select
        'exception_frequency.claims' as definition_id, payer_id, scrubbed_on as measured_on,
        n_stopped as numerator, n_claims as n_items
    from claims_of_each_day
    union all
    select
        'exception_frequency.edits' as definition_id, payer_id, scrubbed_on as measured_on,
        n_edits as numerator, n_claims as n_items
    from claims_of_each_day
    union all
    select
        'exception_frequency.coder' as definition_id, payer_id, scrubbed_on as measured_on,
        n_coding as numerator, n_claims as n_items
    from claims_of_each_day
    union all
    select
        'exception_frequency.charge_entry' as definition_id, payer_id, scrubbed_on as measured_on,
        n_entry as numerator, n_claims as n_items
    from claims_of_each_day
    union all
    select
        'exception_frequency.payment_posting' as definition_id, payer_id, received_on as measured_on,
        n_stopped as numerator, n_payments as n_items
    from payments_of_each_day
)

select
    definition_id,  -- which definition
    payer_id,  -- payer of the claim or payment
    cast(numerator as decimal(18, 4)) as numerator,  -- items stopped, or edits
    cast(n_items * 0.01 as decimal(18, 4)) as denominator,  -- hundreds of items processed
    cast(numerator as double) / nullif(cast(n_items as double) / 100, 0) as value,  -- per hundred items
    measured_on  -- day of acceptance into the scrubber, or of receipt
from measures
