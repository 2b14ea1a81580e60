-- One row per role, complexity and stage: the bands in force, as managers and staff see them; before any is adopted the
-- newest ones, whose status says that they are no targets.
-- grain: role, complexity, stage
-- slice: all
-- restated by: bands.versions
-- restated by: bands.bands
-- restated by: bands.standing
select
    b.role as role,  -- billing role
    b.complexity as complexity,  -- low, medium or high
    b.stage as stage,  -- days in the role: 0-90, 91-180, 181-365 or 366+
    b.unit as unit,  -- what the values count, per hour free of logged friction
    b.acceptable as acceptable,  -- by default the median of the workers' rates; null while learning or withheld
    b.acceptable_low as acceptable_low,  -- lower end of the 90 % interval of what was measured
    b.acceptable_high as acceptable_high,  -- upper end of it
    b.strong as strong,  -- by default their upper quartile
    b.strong_low as strong_low,  -- lower end of the 90 % interval of what was measured
    b.strong_high as strong_high,  -- upper end of it
    b.exceptional as exceptional,  -- by default their 90th percentile
    b.exceptional_low as exceptional_low,  -- lower end of the 90 % interval of what was measured
    b.exceptional_high as exceptional_high,  -- upper end of it
    b.is_capped as is_capped,  -- whether a value was held near the one in force before
    b.cap_reason as cap_reason,  -- why
    b.contributors as contributors,  -- class of the number of workers: <5, 5-10, 11-20, >20
    case
        when s.is_in_force and (b.status = 'proposed' or (b.status = 'provisional' and s.includes_provisional))
            then 'adopted'
        else b.status
    end as status,  -- adopted; before that learning, withheld, provisional, held or proposed, which are no targets
    b.reasons as reasons,  -- why it has that status
    s.effective_from as effective_from,  -- first day on which it holds; null if none was adopted
    s.decided_by as decided_by,  -- configuration, or the name given at the sign-off; null if none was adopted
    b.acceptable_uncapped as acceptable_uncapped,  -- acceptable as it was measured
    b.strong_uncapped as strong_uncapped,  -- strong as it was measured
    b.exceptional_uncapped as exceptional_uncapped,  -- exceptional as it was measured
    b.acceptable_previous as acceptable_previous,  -- acceptable of the version that was in force before
    b.strong_previous as strong_previous,  -- strong of the version that was in force before
    b.exceptional_previous as exceptional_previous,  -- exceptional of the version that was in force before
    v.as_of as as_of,  -- date for which the bands were computed
    v.window_from as window_from,  -- first day of the observations used
    v.window_to as window_to,  -- last day of the observations used
    v.has_prior_year as has_prior_year,  -- whether the season is known from a prior year
    b.version_id as version_id,  -- version of the calibration, see bands.versions
    b.definition_id as definition_id  -- definition of the metric
from bands.standing as s
inner join bands.bands as b on b.role = s.role and b.version_id = s.version_id
inner join bands.versions as v on v.version_id = s.version_id
