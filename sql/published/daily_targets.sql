-- One row per role, complexity and stage with an adopted band: the hourly band as the work of a standard day spent on such
-- work alone. Hours lost to logged friction, meetings and leave lower it in proportion; they are no part of a standard day.
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
)

select
    b.role as role,  -- billing role
    b.complexity as complexity,  -- low, medium or high
    b.stage as stage,  -- days in the role: 0-90, 91-180, 181-365 or 366+
    replace(b.unit, 'per hour', 'per day') as unit,  -- what the values count
    cast($hours_per_day as double) as hours_per_day,  -- paid hours of a standard day, from the configuration
    cast($allowance as double) as allowance,  -- share of it for personal needs, fatigue and delay, from the configuration
    cast($hours_per_day as double) * (1 - cast($allowance as double)) as productive_hours,  -- what is left
    cast(b.acceptable * cast($hours_per_day as double) * (1 - cast($allowance as double)) as decimal(18, 1)) as acceptable,  -- acceptable band of a standard day, in units
    cast(b.strong * cast($hours_per_day as double) * (1 - cast($allowance as double)) as decimal(18, 1)) as strong,  -- strong band of a standard day, in units
    cast(b.exceptional * cast($hours_per_day as double) * (1 - cast($allowance as double)) as decimal(18, 1)) as exceptional,  -- exceptional band of a standard day, in units
    f.effective_from as effective_from,  -- first day on which it holds
    b.version_id as version_id,  -- version of the bands, see published.bands
    b.definition_id as definition_id  -- definition of the hourly metric
from in_force as f
inner join bands.bands as b on b.version_id = f.version_id and b.role = f.role
where b.acceptable is not null and (b.status = 'proposed' or (b.status = 'provisional' and f.includes_provisional))
