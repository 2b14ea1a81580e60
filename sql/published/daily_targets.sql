-- One row per role, complexity and stage with an adopted band: the hourly band as the work of a standard day spent on such
-- work alone. Hours lost to logged friction, meetings and leave lower it in proportion; they are no part of a standard day.
-- grain: role, complexity, stage
-- slice: all
-- restated by: bands.bands
-- restated by: bands.standing
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
    s.effective_from as effective_from,  -- first day on which it holds
    b.version_id as version_id,  -- version of the bands, see published.bands
    b.definition_id as definition_id  -- definition of the hourly metric
from bands.standing as s
inner join bands.bands as b on b.version_id = s.version_id and b.role = s.role
where
    s.is_in_force and b.acceptable is not null
    and (b.status = 'proposed' or (b.status = 'provisional' and s.includes_provisional))
