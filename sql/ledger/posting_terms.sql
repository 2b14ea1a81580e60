-- One row per payment that a known person posted by hand, with the day of its receipt told: business days from receipt to posting,
-- and whether that was within the term. Received on a weekend counts as received on the next business day. The poster's
-- lost days do not count. The feed tells of a payment only once it is posted, so nothing here is open; who brings postings
-- and bank to agree is not told at all.
-- grain: txn_id
-- slice: txn_id (key)
-- restated by: ledger.payments.txn_id
-- restated by: ledger.lost_days.staff_id via staff_id
-- restated by: ledger.parameters
-- restated by: ledger.calendar
with postings as (
    select txn_id, posted_by, received_on, posted_on
    from ledger.payments
    where
        txn_id in (select key from ops.restating) and is_manual and posted_by is not null and is_receipt_known
        and received_on <= posted_on
),

lost_days_of_each_posting as (
    select p.txn_id, count(*) as n_lost
    from postings as p
    inner join ledger.lost_days as l on l.staff_id = p.posted_by and l.lost_on >= p.received_on and l.lost_on < p.posted_on
    inner join ledger.calendar as k on k.day = l.lost_on and k.is_working
    group by p.txn_id
),

postings_on_the_office_clock as (
    select
        p.txn_id, p.posted_by, p.received_on, p.posted_on,
        b.working_days_before - a.working_days_before - coalesce(l.n_lost, 0) as business_days
    from postings as p
    inner join ledger.calendar as a on a.day = p.received_on
    inner join ledger.calendar as b on b.day = p.posted_on
    left join lost_days_of_each_posting as l on l.txn_id = p.txn_id
)

select
    txn_id,  -- number of the transaction
    posted_by as staff_id,  -- who posted it
    received_on,  -- day of receipt
    cast(business_days as bigint) as business_days,  -- business days from receipt to posting, without lost days
    business_days
    <= (select t.value from ledger.parameters as t where t.name = 'posting_term_days') as is_in_time,  -- whether that is within the term
    posted_on  -- day of the posting
from postings_on_the_office_clock
