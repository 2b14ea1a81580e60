-- One row per definition, person, complexity, method and day: what was posted by hand, and the productive hours spent on it.
-- Hours are the parts of the day that went to the payments posted that day. Of posters every productive hour counts:
-- what went to other things, or to nothing that is logged, stands under the method 'none' without transactions.
-- Postings on a day without a shift are left out, for their hours are unknown.
-- grain: definition_id, staff_id, role, complexity, method, measured_on
-- slice: measured_on
-- restated by: ledger.payments.posted_on
-- restated by: ledger.item_hours.worked_on
with manual_postings as (
    select txn_id, method, n_lines, posted_by, posted_on
    from ledger.payments
    where posted_on between $from and $to and is_manual and posted_by is not null
),

items_posted as (
    select 'payment' as item_type, txn_id as item_id, posted_by as staff_id, posted_on as worked_on, method
    from manual_postings
),

hours_of_each_item as (
    select staff_id, role, item_type, item_id, complexity, productive_h, worked_on
    from ledger.item_hours
    where worked_on between $from and $to
),

role_of_each_shift as (
    select distinct staff_id, role, worked_on
    from hours_of_each_item
),

complexity_of_each_payment as (
    select staff_id, item_id, worked_on, min(complexity) as complexity
    from hours_of_each_item
    where item_type = 'payment'
    group by staff_id, item_id, worked_on
),

parts as (
    select
        p.posted_by as staff_id, r.role, coalesce(c.complexity, 'medium') as complexity, p.method,
        p.posted_on as measured_on, 1 as n_transactions, p.n_lines, 0 as productive_h
    from manual_postings as p
    inner join role_of_each_shift as r on r.staff_id = p.posted_by and r.worked_on = p.posted_on
    left join complexity_of_each_payment as c
        on c.staff_id = p.posted_by and c.item_id = p.txn_id and c.worked_on = p.posted_on
    union all
    select
        h.staff_id, h.role, h.complexity, coalesce(p.method, 'none') as method, h.worked_on as measured_on,
        0 as n_transactions, 0 as n_lines, h.productive_h
    from hours_of_each_item as h
    left join items_posted as p
        on p.item_type = h.item_type and p.item_id = h.item_id and p.staff_id = h.staff_id and p.worked_on = h.worked_on
    where h.role = 'payment_posting' or p.item_id is not null
),

sums as (
    select
        staff_id, role, complexity, method, measured_on,
        sum(n_transactions) as n_transactions, sum(n_lines) as n_lines, sum(productive_h) as productive_h
    from parts
    group by staff_id, role, complexity, method, measured_on
),

transactions_and_lines as (
    select
        'transactions_posted.transactions' as definition_id, staff_id, role, complexity, method, measured_on,
        n_transactions as numerator, productive_h
    from sums
    union all
    select
        'transactions_posted.lines' as definition_id, staff_id, role, complexity, method, measured_on,
        n_lines as numerator, productive_h
    from sums
)

select
    definition_id,  -- which definition: transactions or lines
    staff_id,  -- who posted
    role,  -- billing role held that day
    complexity,  -- complexity of the claims paid
    method,  -- era_manual, eob_manual or patient; none for hours without a posting
    cast(numerator as decimal(18, 4)) as numerator,  -- transactions or lines posted by hand
    cast(productive_h as decimal(18, 4)) as denominator,  -- productive hours
    cast(numerator as double) / nullif(cast(productive_h as double), 0) as value,  -- per productive hour; null without hours
    measured_on  -- day of the posting
from transactions_and_lines
