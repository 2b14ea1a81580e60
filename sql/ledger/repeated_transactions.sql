-- One row per X12 transaction set that was delivered: whether its content or its control numbers had come before.
-- Delivered again: same sender, receiver, control numbers and content. Sent again: same content in another envelope.
-- Control numbers reused: another content under the same numbers, of which both are kept. Before means an earlier day
-- of delivery, then the lower file id and place, so the verdicts do not hang on the order of loading.
-- grain: file_id, txn_no
-- slice: delivery_date
-- restated by: intake.transactions.delivery_date
-- restated by: intake.transactions.body_hash via body_hash
-- restated by: intake.transactions.interchange_control via interchange_control
with arriving as (
    select
        file_id, txn_no, delivery_date, kind, sender, receiver, interchange_control, group_control, txn_control, body_hash,
        outcome
    from intake.transactions
    where delivery_date between $from and $to
),

before_with_the_same_content as (
    select
        a.file_id, a.txn_no, b.file_id as first_file_id, b.txn_no as first_txn_no, b.delivery_date as first_on,
        case
            when
                coalesce(b.sender, '') = coalesce(a.sender, '') and coalesce(b.receiver, '') = coalesce(a.receiver, '')
                and coalesce(b.interchange_control, '') = coalesce(a.interchange_control, '')
                and coalesce(b.group_control, '') = coalesce(a.group_control, '')
                and coalesce(b.txn_control, '') = coalesce(a.txn_control, '')
                then 1
            else 0
        end as same_envelope
    from arriving as a
    inner join intake.transactions as b
        on b.body_hash = a.body_hash and b.kind = a.kind
        and (
            b.delivery_date < a.delivery_date
            or (b.delivery_date = a.delivery_date and b.file_id < a.file_id)
            or (b.delivery_date = a.delivery_date and b.file_id = a.file_id and b.txn_no < a.txn_no)
        )
    where b.delivery_date <= $to
    qualify row_number() over (
        partition by a.file_id, a.txn_no
        order by same_envelope desc, b.delivery_date, b.file_id, b.txn_no
    ) = 1
),

before_with_the_same_numbers as (
    select
        a.file_id, a.txn_no, b.file_id as first_file_id, b.txn_no as first_txn_no, b.delivery_date as first_on
    from arriving as a
    inner join intake.transactions as b
        on b.interchange_control = a.interchange_control and b.group_control = a.group_control
        and b.txn_control = a.txn_control and b.kind = a.kind
        and coalesce(b.sender, '') = coalesce(a.sender, '') and coalesce(b.receiver, '') = coalesce(a.receiver, '')
        and b.body_hash <> a.body_hash
        and (
            b.delivery_date < a.delivery_date
            or (b.delivery_date = a.delivery_date and b.file_id < a.file_id)
            or (b.delivery_date = a.delivery_date and b.file_id = a.file_id and b.txn_no < a.txn_no)
        )
    where b.delivery_date <= $to
    qualify row_number() over (
        partition by a.file_id, a.txn_no order by b.delivery_date, b.file_id, b.txn_no
    ) = 1
)

select
    a.file_id,  -- the file
    a.txn_no,  -- ordinal of the transaction set in it
    a.kind,  -- 837P, 837I, 837D, 835, 999, 997, 277CA, 277 or ST01
    a.interchange_control,  -- ISA13
    a.body_hash,  -- hash of its content
    case
        when s.same_envelope = 1 then 'delivered_again'
        when n.file_id is not null then 'control_numbers_reused'
        when s.file_id is not null then 'sent_again'
        else 'first'
    end as verdict,  -- first, delivered_again, sent_again or control_numbers_reused
    case when s.same_envelope = 1 or n.file_id is null then s.first_file_id else n.first_file_id end as before_file_id,  -- the file in which it, or its numbers, came before
    case when s.same_envelope = 1 or n.file_id is null then s.first_txn_no else n.first_txn_no end as before_txn_no,  -- the transaction set there
    case when s.same_envelope = 1 or n.file_id is null then s.first_on else n.first_on end as before_on,  -- its day of delivery
    a.outcome,  -- loaded or rejected
    a.delivery_date  -- day on which this one was delivered
from arriving as a
left join before_with_the_same_content as s on s.file_id = a.file_id and s.txn_no = a.txn_no
left join before_with_the_same_numbers as n on n.file_id = a.file_id and n.txn_no = a.txn_no
