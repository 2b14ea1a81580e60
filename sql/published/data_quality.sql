-- One row per day of delivery and feed: what came, what was loaded of it, and what was kept out.
-- Records are those of files that count: a duplicate or a superseded file would count the same records twice.
-- grain: delivery_date, feed
-- slice: all
-- restated by: intake.files
with judged as (
    select
        delivery_date,
        coalesce(nullif(feed, ''), 'unknown') as feed,
        status,
        case when status in ('duplicate', 'superseded') then 0 else 1 end as counts,
        coalesce(records, 0) as records,
        coalesce(loaded, 0) as loaded,
        coalesce(rejected, 0) as rejected,
        coalesce(footers, 0) as footers,
        coalesce(flags, 0) as flags
    from intake.files
)

select
    delivery_date as delivery_date,  -- day on which the files were delivered
    feed as feed,  -- kind of delivery; 'unknown' where the file could not be told
    cast(count(*) as bigint) as files,  -- files delivered
    cast(sum(case when status = 'loaded' then 1 else 0 end) as bigint) as loaded_files,  -- files of which the records were loaded
    cast(sum(case when status = 'pending' then 1 else 0 end) as bigint) as pending_files,  -- files that are known but not read yet
    cast(sum(case when status = 'held' then 1 else 0 end) as bigint) as held_files,  -- files kept out until somebody decides
    cast(sum(case when status in ('unusable', 'unknown') then 1 else 0 end) as bigint) as unusable_files,  -- files that no reader could use
    cast(sum(1 - counts) as bigint) as repeated_files,  -- duplicates of another file, or replaced by a corrected one
    cast(sum(counts * records) as bigint) as records,  -- records in the files that count
    cast(sum(counts * loaded) as bigint) as loaded,  -- of those, loaded
    cast(sum(counts * rejected) as bigint) as rejected,  -- of those, rejected: see intake.rejects
    cast(sum(counts * footers) as bigint) as footers,  -- of those, footers such as totals
    cast(sum(counts * flags) as bigint) as flags,  -- oddities noted in those files that did not stop the load
    cast(sum(counts * rejected) as double) / nullif(sum(counts * records), 0) as rejected_share  -- rejected over records, 0 to 1, null where there are none
from judged
group by delivery_date, feed
