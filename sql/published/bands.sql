-- One row per role, complexity and stage: the bands in force, as managers and staff see them; before any is adopted the
-- newest ones, whose status says that they are no targets.
-- In force is, of the versions whose last decision for the role is 'adopted', the one with the latest as-of date: a band
-- that is computed again for an earlier date never takes the place of a later one.
-- grain: role, complexity, stage
-- slice: all
-- restated by: bands.versions
-- restated by: bands.bands
-- restated by: bands.decisions
with last_decisions as (
    select
        d.version_id, d.role, d.decision, d.includes_provisional, d.effective_from, d.decided_by, d.decision_no,
        d.reason, v.as_of
    from bands.decisions as d
    inner join bands.versions as v on v.version_id = d.version_id
    qualify row_number() over (partition by d.version_id, d.role order by d.decision_no desc) = 1
),

in_force as (
    select version_id, role, includes_provisional, effective_from, decided_by
    from last_decisions
    where decision = 'adopted'
    qualify row_number() over (partition by role order by as_of desc, decision_no desc) = 1
),

newest_version as (
    select version_id
    from bands.versions
    qualify row_number() over (order by as_of desc, known_at desc, version_id desc) = 1
),

shown as (
    select b.role, coalesce(f.version_id, n.version_id) as version_id
    from (select distinct role from bands.bands) as b
    left join in_force as f on f.role = b.role
    left join newest_version as n on true
)

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
        when f.version_id is not null and (b.status = 'proposed' or (b.status = 'provisional' and f.includes_provisional))
            then 'adopted'
        else b.status
    end as status,  -- adopted; before that learning, withheld, provisional, held or proposed, which are no targets
    b.reasons as reasons,  -- why it has that status
    f.effective_from as effective_from,  -- first day on which it holds; null if none was adopted
    f.decided_by as decided_by,  -- configuration, or the name given at the sign-off; null if none was adopted
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
from shown as s
inner join bands.bands as b on b.role = s.role and b.version_id = s.version_id
inner join bands.versions as v on v.version_id = s.version_id
left join in_force as f on f.role = s.role
