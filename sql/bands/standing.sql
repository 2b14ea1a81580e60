-- One row per role: the version whose bands are shown. It is the one in force or, before any is adopted, the newest.
-- In force is, of the versions whose last decision for the role is 'adopted', the one with the latest as-of date: a band
-- that is computed again for an earlier date never takes the place of a later one.
-- grain: role
-- slice: all
-- restated by: bands.versions
-- restated by: bands.bands
-- restated by: bands.last_decisions
with in_force as (
    select version_id, role, includes_provisional, effective_from, decided_by
    from bands.last_decisions
    where decision = 'adopted'
    qualify row_number() over (partition by role order by as_of desc, decision_no desc) = 1
),

newest_version as (
    select version_id
    from bands.versions
    qualify row_number() over (order by as_of desc, known_at desc, version_id desc) = 1
)

select
    b.role as role,  -- billing role
    coalesce(f.version_id, n.version_id) as version_id,  -- version whose bands are shown, see bands.versions
    f.version_id is not null as is_in_force,  -- whether it was adopted; else its bands are no targets
    coalesce(f.includes_provisional, false) as includes_provisional,  -- whether the sign-off also counts for what is provisional
    f.effective_from as effective_from,  -- first day on which it holds; null if none was adopted
    f.decided_by as decided_by  -- configuration, or the name given at the sign-off; null if none was adopted
from (select distinct role from bands.bands) as b
left join in_force as f on f.role = b.role
left join newest_version as n on true
