-- One row per definition, role, complexity and week: median and ninetieth percentile of the minutes that an item took,
-- over items finished in the four weeks that end with it. An item's minutes are all its handling in the role, by
-- anybody, in the 90 days up to its last finish. Percentiles do not add up: they are taken anew for every week. The row
-- of the running week grows from day to day.
-- grain: definition_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.touches.worked_on and 117 days after
with touches_so_far as (
    select role, complexity, item_type, item_id, staff_id, handled_s, is_completed, worked_on
    from ledger.touches
    where worked_on > $from - interval '118 days' and worked_on <= $to
),

weeks_of_finishes as (
    select distinct role, complexity, cast(date_trunc('week', worked_on) + interval '6 days' as date) as measured_on
    from touches_so_far
    where is_completed and cast(date_trunc('week', worked_on) + interval '6 days' as date) between $from and $to
),

items_and_days_of_their_finishes as (
    select distinct role, item_type, item_id, worked_on as finished_on
    from touches_so_far
    where is_completed
),

minutes_of_each_item as (
    select
        f.role, f.item_type, f.item_id, f.finished_on, max(case when t.worked_on = f.finished_on then t.complexity end) as complexity,
        cast(sum(t.handled_s) / 60.0 as double) as minutes,
        lead(f.finished_on) over (partition by f.role, f.item_type, f.item_id order by f.finished_on) as finished_again_on
    from items_and_days_of_their_finishes as f
    inner join touches_so_far as t
        on t.role = f.role and t.item_type = f.item_type and t.item_id = f.item_id
        and t.worked_on <= f.finished_on and t.worked_on > f.finished_on - interval '90 days'
    group by f.role, f.item_type, f.item_id, f.finished_on
),

items_of_each_window as (
    select
        d.role, d.complexity, d.measured_on, i.minutes,
        -- items that took equally long are interchangeable here: their order changes no percentile
        row_number() over (partition by d.role, d.complexity, d.measured_on order by i.minutes) as place,
        count(*) over (partition by d.role, d.complexity, d.measured_on) as n_items
    from weeks_of_finishes as d
    inner join minutes_of_each_item as i
        on i.role = d.role and i.complexity = d.complexity
        and i.finished_on <= d.measured_on and i.finished_on > d.measured_on - interval '28 days'
        and (i.finished_again_on is null or i.finished_again_on > d.measured_on)
),

percentiles as (
    select
        role, complexity, measured_on, max(n_items) as n_items,
        (
            max(case when place = floor((n_items + 1) / 2.0) then minutes end)
            + max(case when place = ceil((n_items + 1) / 2.0) then minutes end)
        ) / 2.0 as median_min,
        max(case when place = ceil(0.9 * n_items) then minutes end) as p90_min
    from items_of_each_window
    group by role, complexity, measured_on
),

people_of_each_window as (
    select d.role, d.complexity, d.measured_on, count(distinct t.staff_id) as n_people
    from weeks_of_finishes as d
    inner join (
        select distinct role, complexity, staff_id, worked_on
        from touches_so_far
        where is_completed
    ) as t
        on t.role = d.role and t.complexity = d.complexity
        and t.worked_on <= d.measured_on and t.worked_on > d.measured_on - interval '28 days'
    group by d.role, d.complexity, d.measured_on
),

measures as (
    select 'handling_time_per_item.median' as definition_id, role, complexity, measured_on, n_items, median_min as value
    from percentiles
    union all
    select 'handling_time_per_item.p90' as definition_id, role, complexity, measured_on, n_items, p90_min as value
    from percentiles
)

select
    m.definition_id,  -- which definition
    m.role,  -- billing role
    m.complexity,  -- complexity of the items
    cast(m.n_items as bigint) as n_items,  -- items finished in the four weeks
    cast(p.n_people as bigint) as n_people,  -- people who finished them
    cast(m.value as double) as value,  -- minutes per item
    m.measured_on  -- Sunday with which the last of the four weeks ends
from measures as m
inner join people_of_each_window as p
    on p.role = m.role and p.complexity = m.complexity and p.measured_on = m.measured_on
