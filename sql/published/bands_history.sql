-- One row per version, role, complexity and stage: every band that was ever computed, until when it collected feedback, what was
-- decided on it and when it held, so that an appeal can be checked against the version that was in force.
-- grain: version_id, role, complexity, stage
-- slice: all
-- restated by: bands.versions
-- restated by: bands.bands
-- restated by: bands.decisions
-- restated by: bands.last_decisions
with feedback_times as (
    select version_id, role, max(feedback_until) as feedback_until
    from bands.decisions
    group by version_id, role
),

spans as (
    select
        version_id, role, effective_from,
        lead(effective_from) over (partition by role order by as_of, decision_no) as followed_on
    from bands.last_decisions
    where decision = 'adopted'
)

select
    v.version_id as version_id,  -- version of the calibration
    v.as_of as as_of,  -- date for which the bands were computed
    v.window_from as window_from,  -- first day of the observations used
    v.window_to as window_to,  -- last day of the observations used
    v.has_prior_year as has_prior_year,  -- whether the season is known from a prior year
    v.known_at as known_at,  -- when the version was stored
    v.method_id as method_id,  -- short hash of the method
    v.code_hash as code_hash,  -- short hash of its source files
    v.config_hash as config_hash,  -- short hash of its parameters
    v.input_hash as input_hash,  -- hash of the observations
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
        when d.decision = 'adopted' and (b.status = 'proposed' or (b.status = 'provisional' and d.includes_provisional))
            then 'adopted'
        when d.decision in ('held', 'rejected') and b.status in ('proposed', 'provisional') then d.decision
        else b.status
    end as status,  -- learning, withheld, provisional, proposed, held, rejected or adopted
    b.reasons as reasons,  -- why it has that status
    case when d.decision <> 'proposed' then d.decided_by end as decided_by,  -- configuration, or the name given at the sign-off; null if nothing was decided
    case when d.decision <> 'proposed' then d.reason end as decision_reason,  -- why it was decided so
    s.effective_from as effective_from,  -- first day on which adopted bands hold
    cast(s.followed_on - interval 1 day as date) as effective_to,  -- last day, once another version follows; before effective_from if it never held
    b.acceptable_uncapped as acceptable_uncapped,  -- acceptable as it was measured
    b.strong_uncapped as strong_uncapped,  -- strong as it was measured
    b.exceptional_uncapped as exceptional_uncapped,  -- exceptional as it was measured
    b.acceptable_previous as acceptable_previous,  -- acceptable of the version that was in force before
    b.strong_previous as strong_previous,  -- strong of the version that was in force before
    b.exceptional_previous as exceptional_previous,  -- exceptional of the version that was in force before
    b.previous_version_id as previous_version_id,  -- version of the role that was in force before
    b.definition_id as definition_id,  -- definition of the metric
    t.feedback_until as feedback_until  -- last day on which the proposal collected feedback; null where none was collected
from bands.versions as v
inner join bands.bands as b on b.version_id = v.version_id
left join bands.last_decisions as d on d.version_id = v.version_id and d.role = b.role
left join feedback_times as t on t.version_id = v.version_id and t.role = b.role
left join spans as s on s.version_id = v.version_id and s.role = b.role
