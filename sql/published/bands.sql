-- One row per role and complexity: the bands of the newest version, as managers and staff see them.
-- Newest is the latest as-of date and, for that date, the version that became known last: a band that is computed
-- again for an earlier date never takes the place of a later one.
-- grain: role, complexity
-- slice: all
-- restated by: bands.versions
-- restated by: bands.bands
with ranked as (
    select
        version_id,
        as_of,
        window_from,
        window_to,
        known_at,
        row_number() over (order by as_of desc, known_at desc, version_id desc) as place
    from bands.versions
)

select
    b.role as role,  -- billing role
    b.complexity as complexity,  -- low, medium or high
    b.unit as unit,  -- what the values count, per hour free of logged friction
    b.acceptable as acceptable,  -- by default the median of the workers' rates; null while learning or withheld
    b.acceptable_low as acceptable_low,  -- lower end of its 90 % interval
    b.acceptable_high as acceptable_high,  -- upper end of its 90 % interval
    b.strong as strong,  -- by default their upper quartile
    b.strong_low as strong_low,  -- lower end of its 90 % interval
    b.strong_high as strong_high,  -- upper end of its 90 % interval
    b.exceptional as exceptional,  -- by default their 90th percentile
    b.exceptional_low as exceptional_low,  -- lower end of its 90 % interval
    b.exceptional_high as exceptional_high,  -- upper end of its 90 % interval
    b.contributors as contributors,  -- class of the number of workers: <5, 5-10, 11-20, >20
    b.status as status,  -- learning, withheld, provisional, held or adopted
    b.reasons as reasons,  -- why it has that status
    r.as_of as as_of,  -- date for which the bands were computed
    r.window_from as window_from,  -- first day of the observations used
    r.window_to as window_to,  -- last day of the observations used
    b.version_id as version_id,  -- version of the calibration, see bands.versions
    b.definition_id as definition_id  -- definition of the metric
from ranked as r
inner join bands.bands as b on r.version_id = b.version_id
where r.place = 1
