-- One row per definition, person, payer and day with a tracked computer: time in payers' portals and at their logins,
-- and changes from one portal to another. A visit is a run of stretches in one payer's portal. The gap before a visit
-- counts as its login where it follows another portal within portal_gap_min, and nothing but programs of class 'other',
-- such as the one that signs people in, lies between. What is held against the whole day has payer 'all'.
-- grain: definition_id, staff_id, role, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.active_stretches.began_on
-- restated by: ledger.staff_days.work_date
-- restated by: ledger.parameters
with stretches_in_order as (
    select
        staff_id, began_on, started_at, ended_at, source, kind, app, site, task_code,
        date_diff('second', started_at, ended_at) * active_share as active_s,
        case
            when site like 'portal:%' then substr(site, 8)
            when site = 'portal' or app_class = 'portal' then 'unknown'
        end as portal,
        coalesce(app_class, 'other') = 'other' and coalesce(site, 'other') = 'other' and wait_reason is null as is_of_no_class
    from ledger.active_stretches
    where began_on between $from and $to and grain = 'event' and kind <> 'afk' and started_at < ended_at
),

stretches_of_work as (
    select
        staff_id, began_on, started_at, ended_at, source, kind, app, site, task_code, active_s, portal,
        lag(ended_at) over (
            partition by staff_id, began_on
            order by started_at, ended_at, source, kind, app, site, task_code
        ) as ended_before
    from stretches_in_order
    where not is_of_no_class
),

portal_stretches as (
    select
        staff_id, began_on, portal, active_s, started_at, ended_before,
        lag(portal) over (
            partition by staff_id, began_on
            order by started_at, ended_at, source, kind, app, site, task_code
        ) as portal_before,
        lag(ended_at) over (
            partition by staff_id, began_on
            order by started_at, ended_at, source, kind, app, site, task_code
        ) as portal_left_at
    from stretches_of_work
    where portal is not null
),

portal_stretches_with_logins as (
    select
        s.staff_id, s.began_on, s.portal, s.active_s,
        s.portal_before is null or s.portal_before <> s.portal as is_visit,
        coalesce(s.portal_before <> s.portal, false) as is_switch,
        case
            when s.portal_before <> s.portal and s.portal_left_at = s.ended_before
                and date_diff('second', s.portal_left_at, s.started_at) between 0 and p.value * 60
                then date_diff('second', s.portal_left_at, s.started_at)
            else 0
        end as login_s
    from portal_stretches as s
    inner join ledger.parameters as p on p.name = 'portal_gap_min'
),

portals_of_each_day as (
    select
        staff_id, began_on, portal,
        sum(cast(active_s as decimal(18, 3)) + login_s) / 60.0 as portal_min,
        count(*) filter (where is_visit) as n_visits,
        count(*) filter (where is_switch) as n_switches
    from portal_stretches_with_logins
    group by staff_id, began_on, portal
),

portal_days as (
    select
        staff_id, began_on, sum(portal_min) as portal_min, sum(n_switches) as n_switches, count(*) as n_portals
    from portals_of_each_day
    group by staff_id, began_on
),

tracked_days as (
    select distinct staff_id, began_on
    from stretches_in_order
),

tracked_shifts as (
    select
        s.staff_id, s.role, s.work_date, s.productive_min, coalesce(d.portal_min, 0) as portal_min,
        coalesce(d.n_switches, 0) as n_switches, coalesce(d.n_portals, 0) as n_portals
    from ledger.staff_days as s
    inner join tracked_days as t on t.staff_id = s.staff_id and t.began_on = s.work_date
    left join portal_days as d on d.staff_id = s.staff_id and d.began_on = s.work_date
    where s.work_date between $from and $to
),

measures as (
    select
        'portal_time.share' as definition_id, staff_id, role, 'all' as payer_id, work_date,
        portal_min as numerator, cast(productive_min as decimal(18, 4)) as denominator
    from tracked_shifts
    union all
    select
        'portal_switches' as definition_id, staff_id, role, 'all' as payer_id, work_date,
        n_switches as numerator, cast(productive_min / 60.0 as decimal(18, 4)) as denominator
    from tracked_shifts
    union all
    select
        'portals_used' as definition_id, staff_id, role, 'all' as payer_id, work_date,
        n_portals as numerator, cast(1 as decimal(18, 4)) as denominator
    from tracked_shifts
    where n_portals > 0
    union all
    select
        'portal_time.per_visit' as definition_id, p.staff_id, s.role, p.portal as payer_id, s.work_date,
        p.portal_min as numerator, cast(p.n_visits as decimal(18, 4)) as denominator
    from portals_of_each_day as p
    inner join tracked_shifts as s on s.staff_id = p.staff_id and s.work_date = p.began_on
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    'all' as complexity,  -- all: the time is not told apart by item
    payer_id,  -- payer of the portal, unknown where the tracker does not say; all where the day is meant
    cast(numerator as decimal(18, 4)) as numerator,  -- minutes in portals and at their logins, changes of portal, or portals
    denominator,  -- productive minutes or hours, days, or visits
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- ratio; null where there is nothing to divide by
    work_date as measured_on  -- day of the shift
from measures
