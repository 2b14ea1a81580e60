-- One row per definition: whether the office delivers what the number needs, and which days that covers.
-- grain: definition_id
-- slice: all
-- restated by: measures.availability
-- restated by: measures.definitions
select
    a.definition_id as definition_id,  -- identifier that every published number carries
    d.name as name,  -- name of the measure
    d.role as role,  -- whose measure it is
    a.is_available as is_available,  -- whether every feed that it needs has delivered something
    a.availability as availability,  -- the same in words: which feeds are missing
    a.first_day as first_day,  -- first day on which every feed that has come had begun
    a.last_day as last_day  -- last day of which any of its feeds tells
from measures.availability as a
inner join measures.definitions as d on d.definition_id = a.definition_id
