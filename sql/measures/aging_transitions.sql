-- One row per payer, age in the snapshot before, way and age in this one: the whole matrix of where the dollars of a bucket
-- went, write-offs by class. The shares of one payer and bucket add up to one; the opening dollars repeat on each of its rows.
-- grain: definition_id, payer_id, bucket_from, way, bucket_to, as_of
-- slice: as_of
-- restated by: ledger.ar_changes.as_of
with changes as (
    select
        payer_id, bucket_from, bucket_to, as_of, opened, paid, contractual, written_off_denial, written_off_timely_filing,
        written_off_bad_debt, written_off_other, unexplained, moved_to_patient, re_aged, stayed
    from ledger.ar_changes
    where as_of between $from and $to
),

ways as (
    select payer_id, bucket_from, 'paid' as way, 'closed' as bucket_to, paid as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'contractual' as way, 'closed' as bucket_to, contractual as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'written_off_denial' as way, 'closed' as bucket_to, written_off_denial as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'written_off_timely_filing' as way, 'closed' as bucket_to, written_off_timely_filing as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'written_off_bad_debt' as way, 'closed' as bucket_to, written_off_bad_debt as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'written_off_other' as way, 'closed' as bucket_to, written_off_other as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'unexplained' as way, 'closed' as bucket_to, unexplained as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'moved_to_patient' as way, bucket_to, moved_to_patient as amount, as_of from changes
    union all
    select payer_id, bucket_from, 're_aged' as way, bucket_to, re_aged as amount, as_of from changes
    union all
    select payer_id, bucket_from, 'stayed' as way, bucket_to, stayed as amount, as_of from changes
),

dollars_of_each_way as (
    select payer_id, bucket_from, way, bucket_to, as_of, sum(amount) as amount
    from ways
    where amount <> 0
    group by payer_id, bucket_from, way, bucket_to, as_of
),

opening_of_each_bucket as (
    select payer_id, bucket_from, as_of, sum(opened) as amount
    from changes
    group by payer_id, bucket_from, as_of
)

select
    'aging_movement.transition' as definition_id,  -- which definition
    w.payer_id,  -- payer, in the snapshot before
    w.bucket_from,  -- days since first billed, in the snapshot before
    w.way,  -- paid, contractual, written_off_ with its class, unexplained, moved_to_patient, re_aged or stayed
    w.bucket_to,  -- days since first billed in this snapshot; closed where the dollars are gone
    cast(w.amount as decimal(18, 4)) as numerator,  -- dollars that went this way
    cast(o.amount as decimal(18, 4)) as denominator,  -- dollars open in the bucket before
    cast(w.amount as double) / nullif(cast(o.amount as double), 0) as value,  -- share
    w.as_of  -- date of the snapshot
from dollars_of_each_way as w
inner join opening_of_each_bucket as o
    on o.payer_id = w.payer_id and o.bucket_from = w.bucket_from and o.as_of = w.as_of
