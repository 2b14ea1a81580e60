-- One row per coder or charge-entry person, day, complexity, setting and payer class: the productive hours that went there.
-- ledger.item_hours with what the item's chart and claim say of it; hours on nothing known stand under 'unknown'. The rows
-- of a shift add up to its productive hours.
-- grain: staff_id, role, complexity, setting, payer_class, worked_on
-- slice: worked_on
-- restated by: ledger.item_hours.worked_on
-- restated by: ledger.charts.encounter_id via ledger.item_hours.item_id
-- restated by: ledger.charts.pcn via ledger.item_hours.item_id
-- restated by: ledger.first_passes.pcn via ledger.item_hours.item_id
-- restated by: ledger.first_passes.encounter_id via ledger.item_hours.item_id
with hours_of_items as (
    select staff_id, role, item_type, item_id, complexity, productive_h, worked_on
    from ledger.item_hours
    where worked_on between $from and $to and role in ('coder', 'charge_entry')
),

charts_by_visit_and_by_claim as (
    select 'encounter' as item_type, encounter_id as item_id, setting
    from ledger.charts
    union all
    select 'claim' as item_type, pcn as item_id, min(setting) as setting
    from ledger.charts
    where pcn is not null
    group by pcn
),

claims_by_number_and_by_visit as (
    select 'claim' as item_type, pcn as item_id, payer_class
    from ledger.first_passes
    union all
    select 'encounter' as item_type, encounter_id as item_id, min(payer_class) as payer_class
    from ledger.first_passes
    where encounter_id is not null
    group by encounter_id
)

select
    h.staff_id,  -- person
    h.role,  -- coder or charge_entry, as held that day
    h.complexity,  -- complexity of what was worked; medium while unknown
    coalesce(c.setting, 'unknown') as setting,  -- professional, outpatient or inpatient; unknown
    coalesce(p.payer_class, 'unknown') as payer_class,  -- commercial, medicare, medicaid, self_pay or other; unknown
    cast(sum(h.productive_h) as decimal(18, 4)) as productive_h,  -- productive hours
    h.worked_on  -- day of the shift
from hours_of_items as h
left join charts_by_visit_and_by_claim as c on c.item_type = h.item_type and c.item_id = h.item_id
left join claims_by_number_and_by_visit as p on p.item_type = h.item_type and p.item_id = h.item_id
group by
    h.staff_id, h.role, h.complexity, coalesce(c.setting, 'unknown'), coalesce(p.payer_class, 'unknown'), h.worked_on
