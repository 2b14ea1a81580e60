-- One row per published value of somebody else: metric, source, year and what keeps it from being compared. Never a band.
-- grain: metric, group_id, source, year
-- slice: all
-- restated by: measures.reference_values
select
    r.definition_id as definition_id,  -- definition of these rows
    r.metric as metric,  -- definition that it stands beside
    r.group_id as group_id,  -- specialty, setting or kind of office that it holds for; empty for all
    r.low as low,  -- lower end of what was published; null where none was
    r.value as value,  -- the value, in the unit of the metric; null where only a range was published
    r.high as high,  -- upper end; null where none was
    r.source as source,  -- who published it
    r.n as n,  -- how many it rests on; null where not told
    coalesce(r.year, 0) as year,  -- year of the data; 0 where it is not told
    r.caveat as caveat,  -- what keeps it from being compared
    r.origin as origin  -- built_in, or office where it came with the feed
from measures.reference_values as r
