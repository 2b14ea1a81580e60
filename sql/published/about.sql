-- One row: whose numbers these are, and what they rest on.
-- grain: office
-- slice: all
with what_was_loaded as (
    select
        min(delivery_date) as first_delivery, max(delivery_date) as last_delivery,
        count(*) as files, sum(loaded) as records
    from intake.files
    where status = 'loaded'
),

newest_version as (
    select version_id, as_of
    from bands.versions
    qualify row_number() over (order by as_of desc, known_at desc, version_id desc) = 1
)

select
    cast($office as varchar) as office,  -- name of the office, from the configuration
    w.first_delivery as first_delivery,  -- day of the first delivery that was loaded
    w.last_delivery as last_delivery,  -- day of the last one
    w.files as files,  -- files loaded
    cast(coalesce(w.records, 0) as bigint) as records,  -- records loaded
    n.version_id as version_id,  -- newest version of the bands; null before the first. What is in force stands in bands
    n.as_of as as_of  -- last day of the window of that version
from what_was_loaded as w
left join newest_version as n on true
