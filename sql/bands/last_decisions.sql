-- One row per version and role: the last decision that was taken on it. Decisions are appended, so an earlier one stands beside it.
-- grain: version_id, role
-- slice: all
-- restated by: bands.versions
-- restated by: bands.decisions
select
    d.version_id,  -- the version, see bands.versions
    d.role,  -- billing role
    d.decision,  -- proposed, adopted, held or rejected
    d.includes_provisional,  -- whether the sign-off also counts for what is provisional
    d.effective_from,  -- first day on which it holds
    d.decided_by,  -- configuration, or the name given at the sign-off
    d.reason,  -- why
    d.decision_no,  -- place in the order of all decisions
    v.as_of  -- date for which the bands were computed
from bands.decisions as d
inner join bands.versions as v on v.version_id = d.version_id
qualify row_number() over (partition by d.version_id, d.role order by d.decision_no desc) = 1
