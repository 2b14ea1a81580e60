-- One row per version, role, person and complexity: whether the person's band counts. It does when output reached
-- acceptable and every quality metric that can be judged meets the floor, by the verdicts of the gate of the same
-- calibration; else it is withheld with the reason. Roles whose quality check was waived on record need no quality data.
-- For the person's own record, never published.
-- grain: definition_id, version_id, staff_id, role, complexity
-- slice: all
-- restated by: bands.attained_tiers
-- restated by: bands.attained_quality
-- restated by: bands.versions
with last_judgement as (
    select version_id, role, worker_id, complexity, hours, attained, attained_low, attained_high, probability, state
    from bands.attained_tiers
    qualify row_number() over (
        partition by version_id, role, worker_id, complexity order by decision_no desc
    ) = 1
),

quality as (
    select
        version_id, role, worker_id,
        count(*) filter (where verdict <> 'no data') as n_judged,
        max(case when metric = 'first_pass' then verdict end) as first_pass,
        max(case when metric = 'edits' then verdict end) as edits,
        max(case when metric = 'denials' then verdict end) as denials,
        max(case when metric = 'reworks' then verdict end) as reworks
    from bands.attained_quality
    group by version_id, role, worker_id
),

judged as (
    select
        t.version_id, t.role, t.worker_id, t.complexity, t.hours, t.attained, t.attained_low, t.attained_high,
        t.probability, t.state, v.window_from, v.window_to,
        coalesce(q.n_judged, 0) as n_judged, coalesce(q.first_pass, 'no data') as first_pass,
        coalesce(q.edits, 'no data') as edits, coalesce(q.denials, 'no data') as denials,
        coalesce(q.reworks, 'no data') as reworks,
        coalesce(split_part(split_part(v.config, '"waive_quality":[', 2), ']', 1) like '%"' || t.role || '"%', false) as is_waived
    from last_judgement as t
    inner join bands.versions as v on v.version_id = t.version_id
    left join quality as q on q.version_id = t.version_id and q.role = t.role and q.worker_id = t.worker_id
),

reasoned as (
    select
        version_id, role, worker_id, complexity, hours, attained, attained_low, attained_high, probability, first_pass, edits,
        denials, reworks, window_from, window_to,
        case
            when state <> 'measured' then 'withheld: not yet enough data'
            when attained < 1 then 'below acceptable'
            when first_pass = 'failed' then 'withheld: first-pass acceptance below the floor'
            when edits = 'failed' then 'withheld: edits above the floor'
            when denials = 'failed' then 'withheld: denials above the floor'
            when reworks = 'failed' then 'withheld: rework above the floor'
            when first_pass = 'not proven' then 'withheld: first-pass acceptance not proven'
            when edits = 'not proven' then 'withheld: edits not proven'
            when denials = 'not proven' then 'withheld: denials not proven'
            when reworks = 'not proven' then 'withheld: rework not proven'
            when n_judged = 0 and not is_waived then 'withheld: no quality data'
        end as reason
    from judged
)

select
    'floor_attainment.granted' as definition_id,  -- which definition
    version_id,  -- the version, see bands.versions
    worker_id as staff_id,  -- person
    role,  -- billing role
    complexity,  -- low, medium or high
    hours,  -- friction-free hours on it in the window
    attained,  -- output over what acceptable asks of the same hours; null with too few hours
    attained_low,  -- lower end of its 90 % interval
    attained_high,  -- upper end
    probability,  -- probability of having reached acceptable
    first_pass,  -- verdict on first-pass acceptance: met, not proven, failed or no data
    edits,  -- verdict on edits
    denials,  -- verdict on denials
    reworks,  -- verdict on rework
    reason,  -- why the band is not granted; null where it is
    cast(case when attained is not null then case when reason is null then 1 else 0 end end as decimal(18, 4)) as numerator,  -- 1 where the band is granted; null with too few hours
    cast(case when attained is not null then 1 end as decimal(18, 4)) as denominator,  -- 1 where it was measured
    cast(case when attained is not null then case when reason is null then 1 else 0 end end as double) as value,  -- granted or not
    window_from,  -- first day of the window
    window_to as measured_on  -- last day of the window
from reasoned
