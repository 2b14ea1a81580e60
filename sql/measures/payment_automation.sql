-- One row per definition, payer and day of posting: payments of payers, and those that the system posted by itself.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.payments.posted_on
with postings_of_each_payer_and_day as (
    select
        payer_id, posted_on,
        count(*) filter (where method = 'era_auto') as n_auto,
        count(*) filter (where method in ('era_auto', 'era_manual')) as n_era,
        count(*) filter (where method <> 'patient') as n_of_payers
    from ledger.payments
    where posted_on between $from and $to
    group by payer_id, posted_on
),

both_bases as (
    select 'automation_rate.payer_payments' as definition_id, payer_id, posted_on, n_auto, n_of_payers as n_all
    from postings_of_each_payer_and_day
    where n_of_payers > 0
    union all
    select 'automation_rate.era' as definition_id, payer_id, posted_on, n_auto, n_era as n_all
    from postings_of_each_payer_and_day
    where n_era > 0
)

select
    definition_id,  -- which definition: of all payments of payers, or of those with an electronic remittance
    payer_id,  -- payer
    cast(n_auto as decimal(18, 4)) as numerator,  -- payments that the system posted by itself
    cast(n_all as decimal(18, 4)) as denominator,  -- payments of payers, or those with an electronic remittance
    cast(n_auto as double) / nullif(n_all, 0) as value,  -- share
    posted_on as measured_on  -- day of the posting
from both_bases
