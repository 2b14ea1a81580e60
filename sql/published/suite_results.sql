-- One row per table and day of delivery: how the slices that hold this day stood when they were held against their suite, as recorded.
-- A day is blocked where anything of it was kept out, whenever that was and whatever became of it later. A slice of several days counts
-- on each of them: after a first load of months, one row at fault marks them all. What is built whole counts on the days of delivery
-- that it holds and its build before did not, and on the newest of them.
-- grain: table_name, day
-- slice: all
-- looked up in: quality.results
-- restated by: intake.files
with days as (
    select distinct delivery_date as day
    from intake.files
),

results_and_how_far_had_come as (
    select
        table_name, expectation, severity, success, slice_from, slice_to, checked_at,
        max(case when table_name like 'intake.%' then slice_to end) over (order by checked_at) as newest_day
    from quality.results
),

results_and_their_days as (
    select
        table_name, expectation, severity, success,
        slice_from, coalesce(slice_to, newest_day) as last_day, newest_day,
        lag(newest_day) over (
            partition by table_name, expectation, case when slice_from is null then 1 else 0 end order by checked_at
        ) as newest_day_before
    from results_and_how_far_had_come
    where table_name not like 'published.%'
),

expectations_of_each_day as (
    select
        r.table_name, d.day, r.expectation,
        max(case when not r.success and r.severity = 'error' then 1 else 0 end) as is_blocked,
        max(case when not r.success and r.severity <> 'error' then 1 else 0 end) as is_warned
    from results_and_their_days as r
    inner join days as d
        on d.day <= r.last_day
        and (
            d.day >= r.slice_from
            or (r.slice_from is null and (r.newest_day_before is null or d.day > r.newest_day_before or d.day = r.newest_day))
        )
    group by r.table_name, d.day, r.expectation
),

tables_of_each_day as (
    select
        table_name, day, count(*) as n, sum(is_blocked) as n_blocked,
        sum(case when is_warned = 1 and is_blocked = 0 then 1 else 0 end) as n_warned
    from expectations_of_each_day
    group by table_name, day
)

select
    table_name as table_name,  -- table, with its stage before the point
    split_part(table_name, '.', 1) as stage,  -- family of the table: intake, ledger, measures or bands
    day as day,  -- day of delivery that the slices hold
    cast(n as bigint) as expectations,  -- expectations that were evaluated on them
    cast(n_blocked + n_warned as bigint) as failed,  -- of those, not met at least once
    cast(n_blocked as bigint) as blocking,  -- of those, such as keep a slice out; the others warn
    case when n_blocked > 0 then 'blocked' when n_warned > 0 then 'warned' else 'passed' end as verdict  -- blocked, warned or passed
from tables_of_each_day
