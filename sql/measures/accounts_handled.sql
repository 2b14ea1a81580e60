-- One row per definition, person of patient billing, complexity and day: distinct accounts on which work was finished, and the
-- person's productive hours. Every productive hour of the day counts, split over the complexities by the time on the items.
-- Accounts handled on a day without a shift are left out, for its hours are unknown.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.account_handlings.handled_on
-- restated by: ledger.item_hours.worked_on
with hours_of_each_day as (
    select staff_id, complexity, worked_on, sum(productive_h) as productive_h
    from ledger.item_hours
    where worked_on between $from and $to and role = 'patient_billing'
    group by staff_id, complexity, worked_on
),

parts as (
    select staff_id, complexity, worked_on, 0 as n_accounts, productive_h
    from hours_of_each_day
    union all
    select a.staff_id, a.complexity, a.handled_on as worked_on, count(*) as n_accounts, 0 as productive_h
    from ledger.account_handlings as a
    where
        a.handled_on between $from and $to
        and exists (select 1 from hours_of_each_day as h where h.staff_id = a.staff_id and h.worked_on = a.handled_on)
    group by a.staff_id, a.complexity, a.handled_on
),

sums as (
    select staff_id, complexity, worked_on, sum(n_accounts) as n_accounts, sum(productive_h) as productive_h
    from parts
    group by staff_id, complexity, worked_on
)

select
    'accounts_handled' as definition_id,  -- which definition
    staff_id,  -- person
    'patient_billing' as role,  -- billing role held that day
    complexity,  -- complexity of the accounts
    cast(n_accounts as decimal(18, 4)) as numerator,  -- distinct accounts on which work was finished
    cast(productive_h as decimal(18, 4)) as denominator,  -- productive hours
    cast(n_accounts as double) / nullif(cast(productive_h as double), 0) as value,  -- accounts per productive hour; null without hours
    worked_on as measured_on  -- day of the work
from sums
