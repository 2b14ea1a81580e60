-- One row per measure, role, complexity and stage: bands of touches, handling time, rework and the like that stand beside output.
-- In force is what stands in the version whose bands of the role are in force; before any is adopted the newest ones, whose
-- status says that they are no targets.
-- grain: definition_id, role, complexity, stage
-- slice: all
-- restated by: bands.versions
-- restated by: bands.companions
-- restated by: bands.standing
select
    b.definition_id as definition_id,  -- definition of the measure
    b.role as role,  -- billing role
    b.complexity as complexity,  -- low, medium or high
    b.stage as stage,  -- days in the role: 0-90, 91-180, 181-365 or 366+
    b.unit as unit,  -- unit of the values
    b.good as good,  -- down: less is better; up: more is better
    b.acceptable as acceptable,  -- what half of the people with good quality reach; null while learning or withheld
    b.acceptable_low as acceptable_low,  -- lower end of the 90 % interval of what was measured
    b.acceptable_high as acceptable_high,  -- upper end of it
    b.strong as strong,  -- what a quarter of them reach
    b.strong_low as strong_low,  -- lower end of the 90 % interval of what was measured
    b.strong_high as strong_high,  -- upper end of it
    b.exceptional as exceptional,  -- what one in ten reaches
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
    v.as_of as as_of,  -- date for which the bands were computed
    v.window_from as window_from,  -- first day of the observations used
    v.window_to as window_to,  -- last day of the observations used
    b.version_id as version_id  -- version of the calibration, see bands.versions
from bands.standing as s
inner join bands.companions as b on b.role = s.role and b.version_id = s.version_id
inner join bands.versions as v on v.version_id = s.version_id
