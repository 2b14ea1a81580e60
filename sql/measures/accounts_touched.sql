-- One row per A/R person, complexity, payer and day with a shift: distinct accounts with at least one touch that counts,
-- and the productive hours that went to the items of that complexity and payer. Hours are split over items by active
-- time (ledger.item_hours), so rows add up.
-- grain: definition_id, staff_id, role, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.item_hours.worked_on
with items_of_each_day as (
    select
        staff_id, item_type, item_id, complexity, worked_on,
        min(payer_id) as payer_id,
        min(coalesce(pcn, item_id)) as account,
        count(*) filter (where is_touch and item_type in ('account', 'claim', 'denial')) as n_touches
    from ledger.touches
    where worked_on between $from and $to and role = 'ar_follow_up'
    group by staff_id, item_type, item_id, complexity, worked_on
),

hours_of_each_item as (
    select staff_id, role, item_type, item_id, complexity, productive_h, worked_on
    from ledger.item_hours
    where worked_on between $from and $to and role = 'ar_follow_up'
),

accounts_and_hours as (
    select
        h.staff_id, h.role, h.complexity, coalesce(i.payer_id, 'unknown') as payer_id, h.worked_on,
        count(distinct case when i.n_touches > 0 then i.account end) as n_accounts,
        sum(h.productive_h) as productive_h
    from hours_of_each_item as h
    left join items_of_each_day as i
        on i.staff_id = h.staff_id and i.item_type = h.item_type and i.item_id = h.item_id
        and i.complexity = h.complexity and i.worked_on = h.worked_on
    group by h.staff_id, h.role, h.complexity, coalesce(i.payer_id, 'unknown'), h.worked_on
)

select
    'accounts_touched' as definition_id,  -- which definition
    staff_id,  -- person
    role,  -- ar_follow_up
    complexity,  -- complexity of the accounts; hours without any item stand under medium
    payer_id,  -- payer of the accounts; unknown for hours without any
    cast(n_accounts as decimal(18, 4)) as numerator,  -- distinct accounts touched
    cast(productive_h as decimal(18, 4)) as denominator,  -- productive hours
    cast(n_accounts as double) / nullif(cast(productive_h as double), 0) as value,  -- accounts per productive hour
    worked_on as measured_on  -- day of the shift
from accounts_and_hours
