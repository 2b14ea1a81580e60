-- One row per definition: what a published number counts, over what, and where the formula comes from.
-- grain: definition_id
-- slice: all
select
    d.definition_id as definition_id,  -- identifier that every published number carries
    d.name as name,  -- name of the measure
    d.role as role,  -- whose measure it is
    d.numerator as numerator,  -- what is counted
    d.denominator as denominator,  -- over what
    d.exclusions as exclusions,  -- what is left out
    d.unit as unit,  -- unit of the value
    d.good as good,  -- up, down or context: which direction is better
    d.grain as grain,  -- what one number is about
    d.source as source,  -- where the formula comes from
    d.feeds as feeds,  -- feeds that it needs
    d.version as version  -- version of the definition
from measures.definitions as d
