-- One row per version, role, complexity and stage: the share of full speed that people usually reach in the stage, as the
-- calibration estimated it, with its 90 % interval. Where the interval reaches 1, the ramp may as well be flat. A cell
-- that the bands withhold for its few people shows nothing here either.
-- grain: definition_id, version_id, role, complexity, stage
-- slice: all
-- restated by: bands.findings
-- restated by: bands.bands
with found as (
    select version_id, role, subject, name, value
    from bands.findings
    where finding = 'ramp'
),

ramps as (
    select
        version_id, role, subject,
        max(case when name = 'multiplier' then value end) as multiplier,
        max(case when name = 'low' then value end) as low,
        max(case when name = 'high' then value end) as high
    from found
    group by version_id, role, subject
)

select
    'experience.ramp' as definition_id,  -- which definition
    b.version_id,  -- the version, see bands.versions
    b.role,  -- billing role
    b.complexity,  -- low, medium or high
    b.stage,  -- days in the role
    case when b.status not in ('withheld', 'learning') then r.multiplier end as value,  -- share of full speed, 1 for the last stage; null where the band is withheld
    case when b.status not in ('withheld', 'learning') then r.low end as low,  -- lower end of its 90 % interval; null for versions of older releases
    case when b.status not in ('withheld', 'learning') then r.high end as high,  -- upper end
    case when b.status not in ('withheld', 'learning') then r.low < 1 and r.high >= 1 end as may_be_flat,  -- whether the interval reaches full speed
    case when b.status in ('withheld', 'learning') then b.reasons end as reason,  -- why nothing is shown
    b.as_of as measured_on  -- last day of the window
from bands.bands as b
inner join ramps as r
    on r.version_id = b.version_id and r.role = b.role
    and r.subject = 'complexity=' || b.complexity || ' stage=' || b.stage
