-- One row per definition, person, complexity, payer and day of posting: payments that the person posted, and those that
-- needed looking into. The mix of a poster's payments, of which the person is not the cause.
-- grain: definition_id, staff_id, role, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.payments.posted_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with complexity_of_each_payment as (
    select staff_id, item_id, worked_on, min(complexity) as complexity
    from ledger.touches
    where worked_on between $from and $to and item_type = 'payment'
    group by staff_id, item_id, worked_on
),

postings as (
    select
        p.posted_by, coalesce(r.role, 'unknown') as role, coalesce(c.complexity, 'medium') as complexity, p.payer_id,
        p.posted_on, count(p.exception_reason) as n_exceptions, count(*) as n_posted
    from ledger.payments as p
    left join ledger.staff_roles as r
        on r.staff_id = p.posted_by and p.posted_on >= r.valid_from and (r.valid_to is null or p.posted_on <= r.valid_to)
    left join complexity_of_each_payment as c
        on c.staff_id = p.posted_by and c.item_id = p.txn_id and c.worked_on = p.posted_on
    where p.posted_on between $from and $to and p.is_manual and p.posted_by is not null
    group by
        p.posted_by, coalesce(r.role, 'unknown'), coalesce(c.complexity, 'medium'), p.payer_id, p.posted_on
)

select
    'payment_exception_rate.poster' as definition_id,  -- which definition
    posted_by as staff_id,  -- who posted
    role,  -- billing role held that day
    complexity,  -- complexity of the claims paid
    payer_id,  -- payer
    cast(n_exceptions as decimal(18, 4)) as numerator,  -- payments with a variance, part payment, provider-level adjustment or no match
    cast(n_posted as decimal(18, 4)) as denominator,  -- payments posted by hand
    cast(n_exceptions as double) / nullif(n_posted, 0) as value,  -- share
    posted_on as measured_on  -- day of the posting
from postings
