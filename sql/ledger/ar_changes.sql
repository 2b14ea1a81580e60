-- One row per account with a balance in a snapshot of accounts receivable, and what became of it by the next one: what was
-- paid, taken off by contract, written off, moved to the patient, aged anew, or stayed, adding up to the opening balance.
-- Ages run from the first billed date that the snapshot gives. What went down is told from payments, then contractual
-- reductions of remittances, then transfers and write-offs of the office, never more than went down; the rest is
-- unexplained. Snapshots more than 45 days apart are not compared.
-- grain: pcn, as_of
-- slice: as_of
-- restated by: intake.ar_snapshots.event_date and 45 days after
-- restated by: ledger.payments.posted_on and 45 days after
-- restated by: intake.account_adjustments.event_date and 45 days after
-- restated by: ledger.adjudications.adjudicated_on and 45 days after
with latest_delivery_of_each_account as (
    select event_date, pcn, payer_id, payer_class, balance, billed_on, is_dnfb
    from intake.ar_snapshots
    where event_date between $from - interval '45 days' and $to
    qualify row_number() over (partition by event_date, pcn order by delivery_date desc, file_id desc, row_no desc) = 1
),

snapshots_and_the_one_before as (
    select as_of, lag(as_of) over (order by as_of) as opened_on
    from (select distinct event_date as as_of from latest_delivery_of_each_account) as days
),

snapshots_compared as (
    select as_of, opened_on
    from snapshots_and_the_one_before
    where as_of between $from and $to and opened_on >= as_of - interval '45 days'
),

balances_and_their_buckets as (
    select
        event_date, pcn, payer_id, payer_class, balance,
        case
            when coalesce(is_dnfb, false) or billed_on is null then 0
            when date_diff('day', billed_on, event_date) <= 30 then 1
            when date_diff('day', billed_on, event_date) <= 60 then 2
            when date_diff('day', billed_on, event_date) <= 90 then 3
            when date_diff('day', billed_on, event_date) <= 120 then 4
            else 5
        end as bucket
    from latest_delivery_of_each_account
    where balance > 0
),

opened_and_closed as (
    select
        s.as_of, s.opened_on, o.pcn, o.payer_id, o.bucket as bucket_from, c.bucket as bucket_to, o.balance as opened,
        coalesce(c.balance, 0) as closed,
        greatest(o.balance - coalesce(c.balance, 0), 0) as reduced,
        coalesce(o.payer_class, '') <> 'self_pay' and coalesce(c.payer_class, '') = 'self_pay' as is_now_the_patients
    from snapshots_compared as s
    inner join balances_and_their_buckets as o on o.event_date = s.opened_on
    left join balances_and_their_buckets as c on c.event_date = s.as_of and c.pcn = o.pcn
),

paid_between as (
    select s.as_of, p.pcn, sum(p.amount) as amount
    from snapshots_compared as s
    inner join ledger.payments as p on p.posted_on > s.opened_on and p.posted_on <= s.as_of
    where p.posted_on between $from - interval '45 days' and $to and p.pcn is not null
    group by s.as_of, p.pcn
),

reduced_by_contract_between as (
    select s.as_of, a.pcn, sum(a.contractual_amount) as amount
    from snapshots_compared as s
    inner join ledger.adjudications as a on a.adjudicated_on > s.opened_on and a.adjudicated_on <= s.as_of
    where a.adjudicated_on between $from - interval '45 days' and $to
    group by s.as_of, a.pcn
),

adjustments_of_the_office as (
    select pcn, adjustment_class, amount, event_date
    from intake.account_adjustments
    where event_date between $from - interval '45 days' and $to
    qualify row_number() over (
        partition by adjustment_id, event_date order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

adjusted_between as (
    select
        s.as_of, a.pcn,
        coalesce(sum(a.amount) filter (where a.adjustment_class = 'contractual'), 0) as contractual,
        coalesce(sum(a.amount) filter (where a.adjustment_class = 'transfer_to_patient'), 0) as transferred,
        coalesce(sum(a.amount) filter (where a.adjustment_class = 'denial'), 0) as denial,
        coalesce(sum(a.amount) filter (where a.adjustment_class = 'timely_filing'), 0) as timely_filing,
        coalesce(sum(a.amount) filter (where a.adjustment_class = 'bad_debt'), 0) as bad_debt,
        coalesce(sum(a.amount) filter (where a.adjustment_class not in (
            'contractual', 'transfer_to_patient', 'denial', 'timely_filing', 'bad_debt'
        )), 0) as other
    from snapshots_compared as s
    inner join adjustments_of_the_office as a on a.event_date > s.opened_on and a.event_date <= s.as_of
    group by s.as_of, a.pcn
),

known_movements as (
    select
        b.as_of, b.opened_on, b.pcn, b.payer_id, b.bucket_from, b.bucket_to, b.opened, b.closed, b.reduced, b.is_now_the_patients,
        greatest(coalesce(p.amount, 0), 0) as paid,
        greatest(coalesce(k.amount, 0) + coalesce(a.contractual, 0), 0) as contractual,
        greatest(coalesce(a.transferred, 0), 0) as transferred,
        greatest(coalesce(a.denial, 0), 0) as denial,
        greatest(coalesce(a.timely_filing, 0), 0) as timely_filing,
        greatest(coalesce(a.bad_debt, 0), 0) as bad_debt,
        greatest(coalesce(a.other, 0), 0) as other
    from opened_and_closed as b
    left join paid_between as p on p.as_of = b.as_of and p.pcn = b.pcn
    left join reduced_by_contract_between as k on k.as_of = b.as_of and k.pcn = b.pcn
    left join adjusted_between as a on a.as_of = b.as_of and a.pcn = b.pcn
),

-- Each kind takes what the kinds before it left of the reduction.
parts_of_the_reduction as (
    select
        as_of, opened_on, pcn, payer_id, bucket_from, bucket_to, opened, closed, reduced, is_now_the_patients,
        least(paid, reduced) as paid,
        least(contractual, greatest(reduced - paid, 0)) as contractual,
        least(transferred, greatest(reduced - paid - contractual, 0)) as transferred,
        least(denial, greatest(reduced - paid - contractual - transferred, 0)) as denial,
        least(timely_filing, greatest(reduced - paid - contractual - transferred - denial, 0)) as timely_filing,
        least(
            bad_debt, greatest(reduced - paid - contractual - transferred - denial - timely_filing, 0)
        ) as bad_debt,
        least(
            other, greatest(reduced - paid - contractual - transferred - denial - timely_filing - bad_debt, 0)
        ) as other
    from known_movements
)

select
    pcn,  -- claim or account number
    coalesce(payer_id, 'unknown') as payer_id,  -- payer, in the first of the two snapshots
    opened_on,  -- day of the first snapshot
    case bucket_from
        when 0 then 'unbilled' when 1 then '0-30' when 2 then '31-60' when 3 then '61-90' when 4 then '91-120' else '120+'
    end as bucket_from,  -- days since first billed then: unbilled, 0-30, 31-60, 61-90, 91-120 or 120+
    case
        when closed = 0 then 'closed'
        when bucket_to = 0 then 'unbilled' when bucket_to = 1 then '0-30' when bucket_to = 2 then '31-60'
        when bucket_to = 3 then '61-90' when bucket_to = 4 then '91-120' else '120+'
    end as bucket_to,  -- the same in the second snapshot; closed where nothing is left
    cast(opened as decimal(18, 2)) as opened,  -- balance then, USD
    cast(paid as decimal(18, 2)) as paid,  -- of that paid, USD
    cast(contractual as decimal(18, 2)) as contractual,  -- taken off by contract, USD
    cast(denial as decimal(18, 2)) as written_off_denial,  -- written off as denied, USD
    cast(timely_filing as decimal(18, 2)) as written_off_timely_filing,  -- written off as filed late, USD
    cast(bad_debt as decimal(18, 2)) as written_off_bad_debt,  -- written off as bad debt, USD
    cast(other as decimal(18, 2)) as written_off_other,  -- written off as small balance, charity or otherwise, USD
    cast(
        reduced - paid - contractual - transferred - denial - timely_filing - bad_debt - other as decimal(18, 2)
    ) as unexplained,  -- gone down without a posting that says why, USD
    cast(transferred + case when is_now_the_patients then opened - reduced else 0 end as decimal(18, 2)) as moved_to_patient,  -- transferred, or left over on an account that became the patient's, USD
    cast(
        case when not is_now_the_patients and bucket_to < bucket_from then opened - reduced else 0 end as decimal(18, 2)
    ) as re_aged,  -- left over, in a younger bucket than before, USD
    cast(
        case when not is_now_the_patients and bucket_to >= bucket_from then opened - reduced else 0 end as decimal(18, 2)
    ) as stayed,  -- left over, in the same or an older bucket, USD
    as_of  -- day of the second snapshot
from parts_of_the_reduction
