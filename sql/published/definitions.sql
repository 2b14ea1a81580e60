-- One row per definition: what a published number says, what it counts, over what, and what it rests on.
-- grain: definition_id
-- slice: all
-- restated by: measures.definitions
-- restated by: measures.availability
select
    d.definition_id as definition_id,  -- identifier that every published number carries
    d.catalogue as catalogue,  -- numbers of the metrics in the catalogue that it answers
    d.name as name,  -- name of the measure
    d.meaning as meaning,  -- what it says, what moves it and what it must not be used for, in plain words
    d.role as role,  -- whose measure it is
    d.numerator as numerator,  -- what is counted
    d.denominator as denominator,  -- over what
    d.exclusions as exclusions,  -- what is left out
    d.method as method,  -- how parts become a whole: ratio, share, duration, stock, flag, statistic or reference
    d.parameters as parameters,  -- keys of the [measures] configuration on which it rests
    d.unit as unit,  -- unit of the value
    d.good as good,  -- up, down or context: which direction is better
    d.grain as grain,  -- what one number is about
    d.source as source,  -- table that holds it
    d.feeds as feeds,  -- feeds that it needs
    a.availability as availability,  -- available, or the feeds that are missing
    d.version as version  -- version of the definition
from measures.definitions as d
left join measures.availability as a on a.definition_id = d.definition_id
