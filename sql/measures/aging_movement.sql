-- One row per definition, payer, age and snapshot: of the dollars that stood open at an age in the snapshot before, what was
-- paid, written off, moved to the patient or aged anew by this one, and what left in all. Ages run from the first billed
-- date. Dollars beyond 60, 90 or 120 days are the sums of the buckets beyond.
-- grain: definition_id, payer_id, bucket_from, as_of
-- slice: as_of
-- restated by: ledger.ar_changes.as_of
with dollars_of_each_bucket as (
    select
        payer_id, bucket_from, as_of, sum(opened) as opened, sum(paid) as paid,
        sum(written_off_denial + written_off_timely_filing + written_off_bad_debt + written_off_other) as written_off,
        sum(moved_to_patient) as moved_to_patient, sum(re_aged) as re_aged, sum(opened - stayed) as gone
    from ledger.ar_changes
    where as_of between $from and $to
    group by payer_id, bucket_from, as_of
),

variants as (
    select 'aging_movement.paid' as definition_id, payer_id, bucket_from, paid as numerator, opened as denominator, as_of
    from dollars_of_each_bucket
    union all
    select 'aging_movement.written_off' as definition_id, payer_id, bucket_from, written_off as numerator, opened as denominator, as_of
    from dollars_of_each_bucket
    union all
    select 'aging_movement.moved_to_patient' as definition_id, payer_id, bucket_from, moved_to_patient as numerator, opened as denominator, as_of
    from dollars_of_each_bucket
    union all
    select 'aging_movement.re_aged' as definition_id, payer_id, bucket_from, re_aged as numerator, opened as denominator, as_of
    from dollars_of_each_bucket
    union all
    select 'aging_movement.gone' as definition_id, payer_id, bucket_from, gone as numerator, opened as denominator, as_of
    from dollars_of_each_bucket
)

select
    definition_id,  -- which definition: paid, written_off, moved_to_patient, re_aged or gone
    payer_id,  -- payer, in the snapshot before
    bucket_from,  -- days since first billed, in the snapshot before
    cast(numerator as decimal(18, 4)) as numerator,  -- dollars that went this way
    cast(denominator as decimal(18, 4)) as denominator,  -- dollars open in the snapshot before
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    as_of  -- date of the snapshot
from variants
