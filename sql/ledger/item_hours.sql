-- One row per person, day, item and complexity: the part of the day's productive hours that went to it.
-- Productive hours are split by active seconds (by elapsed seconds where nothing was active, evenly where no time passed)
-- over everything that the person touched that day. Rows are rounded along the running sum, so they add up to the day
-- to its fourth decimal. A day without any touch has one row of kind 'none'; a day without a shift has no rows, for its
-- hours are unknown.
-- grain: staff_id, item_type, item_id, complexity, worked_on
-- slice: worked_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.staff_days.work_date
with shifts as (
    select staff_id, role, productive_min, work_date
    from ledger.staff_days
    where work_date between $from and $to
),

time_of_each_item as (
    select
        staff_id, item_type, item_id, complexity, worked_on, sum(active_s) as active_s, sum(span_s) as span_s,
        count(*) as n_touches, max(case when is_completed then 1 else 0 end) as n_completed
    from ledger.touches
    where worked_on between $from and $to
    group by staff_id, item_type, item_id, complexity, worked_on
),

time_of_each_day as (
    select staff_id, worked_on, sum(active_s) as active_s, sum(span_s) as span_s
    from time_of_each_item
    group by staff_id, worked_on
),

items_of_each_shift as (
    select
        s.staff_id, s.role, s.productive_min, s.work_date, coalesce(i.item_type, 'none') as item_type,
        coalesce(i.item_id, '') as item_id, coalesce(i.complexity, 'medium') as complexity,
        coalesce(i.n_touches, 0) as n_touches, coalesce(i.n_completed, 0) as n_completed,
        cast(case
            when i.staff_id is null then 1
            when d.active_s > 0 then i.active_s
            when d.span_s > 0 then i.span_s
            else 1
        end as decimal(18, 3)) as weight
    from shifts as s
    left join time_of_each_item as i on i.staff_id = s.staff_id and i.worked_on = s.work_date
    left join time_of_each_day as d on d.staff_id = s.staff_id and d.worked_on = s.work_date
),

running_weights as (
    select
        staff_id, role, productive_min, work_date, item_type, item_id, complexity, n_touches, n_completed, weight,
        sum(weight) over (
            partition by staff_id, work_date
            order by item_type, item_id, complexity
            rows between unbounded preceding and current row
        ) as weight_up_to_here,
        sum(weight) over (partition by staff_id, work_date) as weight_of_the_day
    from items_of_each_shift
),

shares as (
    select
        staff_id, role, work_date, item_type, item_id, complexity, n_touches, n_completed,
        cast(productive_min as double) / 60 as productive_h,
        cast(weight_up_to_here as double) / cast(weight_of_the_day as double) as share_up_to_here,
        cast(weight_up_to_here - weight as double) / cast(weight_of_the_day as double) as share_before
    from running_weights
)

select
    staff_id,  -- person
    role,  -- billing role held that day
    item_type,  -- encounter, claim, payment, account, denial or patient; none where nothing was touched
    item_id,  -- what was worked; empty where nothing was touched
    complexity,  -- complexity of the item; medium while unknown
    cast(n_touches as bigint) as n_touches,  -- human touches of it that day
    n_completed > 0 as is_completed,  -- whether one of them finished it
    cast(
        cast(productive_h * share_up_to_here as decimal(18, 4)) - cast(productive_h * share_before as decimal(18, 4))
        as decimal(18, 4)
    ) as productive_h,  -- productive hours that went to it
    work_date as worked_on  -- day of the shift
from shares
