-- One row per version, role and complexity: every band that was ever computed, so that an appeal can be checked
-- against the version that was in force.
-- grain: version_id, role, complexity
-- slice: all
-- restated by: bands.versions
-- restated by: bands.bands
select
    v.version_id as version_id,  -- version of the calibration
    v.as_of as as_of,  -- date for which the bands were computed
    v.window_from as window_from,  -- first day of the observations used
    v.window_to as window_to,  -- last day of the observations used
    v.known_at as known_at,  -- when the version was stored
    v.method_id as method_id,  -- short hash of the method
    v.config_hash as config_hash,  -- short hash of its parameters
    v.input_hash as input_hash,  -- hash of the observations
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
    b.definition_id as definition_id  -- definition of the metric
from bands.versions as v
inner join bands.bands as b on v.version_id = b.version_id
