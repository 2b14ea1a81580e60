-- One row per system and day on which a calibration found that everybody on the system did much less than around that day,
-- without a logged reason: proposals for the friction log, by the newest version of the bands that made them. Such a day
-- takes no time off anybody until it is logged, or until people's own claims are accepted. It rests on eight people at least.
-- grain: system, day
-- slice: all
-- restated by: bands.findings
-- restated by: bands.versions
-- restated by: ledger.friction_days
with found as (
    select
        version_id,
        split_part(split_part(subject, 'system_id=', 2), ' date=', 1) as system,
        cast(split_part(subject, ' date=', 2) as date) as day,
        value as factor
    from bands.findings
    where finding = 'outages' and name = 'factor'
),

newest as (
    select f.version_id, f.system, f.day, f.factor, v.as_of
    from found as f
    inner join bands.versions as v on v.version_id = f.version_id
    qualify row_number() over (
        partition by f.system, f.day order by v.as_of desc, v.known_at desc, v.version_id desc
    ) = 1
),

logged as (
    select distinct system, started_on
    from ledger.friction_days
    where staff_id is null
)

select
    n.system as system,  -- system that the people mostly work in, by the roster
    n.day as day,  -- day on which an incident is likely to be missing from the log
    1 - n.factor as size,  -- share of the output to be expected that was missing, 0 to 1
    l.system is not null as is_logged,  -- whether an incident of the system that began that day is logged by now
    n.as_of as as_of,  -- last day of the version's window
    n.version_id as version_id  -- version of the calibration that found it
from newest as n
left join logged as l on l.system = n.system and l.started_on = n.day
