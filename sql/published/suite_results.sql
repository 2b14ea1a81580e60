-- One row per table and day of delivery: how the slices that hold this day stood when they were held against their suite, as recorded.
-- A day is blocked where anything of it was kept out, whenever that was and whatever became of it later. A slice of several days counts
-- on each of them: after a first load of months, one row at fault marks them all. Tables that are built whole have no day and are not here.
-- grain: table_name, day
-- slice: all
-- looked up in: quality.results
-- restated by: intake.files
with days as (
    select distinct delivery_date as day
    from intake.files
),

expectations_of_each_day as (
    select
        r.table_name, d.day, r.expectation,
        max(case when not r.success and r.severity = 'error' then 1 else 0 end) as is_blocked,
        max(case when not r.success and r.severity <> 'error' then 1 else 0 end) as is_warned
    from quality.results as r
    inner join days as d on d.day between r.slice_from and r.slice_to
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
