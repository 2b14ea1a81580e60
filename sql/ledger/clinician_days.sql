-- One row per clinician and day on which anything is known of them: the work calendar, the visits, and the work of the services
-- rendered, beside the type, specialty and setting that they had that day.
-- grain: provider_npi, work_date
-- slice: work_date
-- restated by: ledger.services.service_date
-- restated by: ledger.visits.visit_date
-- restated by: intake.provider_days.event_date
-- restated by: ledger.provider_periods
with calendar as (
    select provider_npi, work_date, worked_share, shifts, clinical_min
    from intake.provider_days
    where event_date between $from and $to
    qualify row_number() over (
        partition by provider_npi, work_date order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

services as (
    select
        provider_npi, service_date as work_date, count(*) as n_lines, count(*) filter (where reason is not null) as n_unknown,
        count(*) filter (where reason is null and not is_rebased) as n_not_rebased,
        coalesce(sum(wrvu), 0) as wrvu, coalesce(sum(wrvu_rebased), 0) as wrvu_rebased, coalesce(sum(total_rvu), 0) as total_rvu
    from ledger.services
    where service_date between $from and $to
    group by provider_npi, service_date
),

visits as (
    select
        provider_npi, visit_date as work_date, count(*) as n_visits,
        count(*) filter (where status = 'completed') as n_completed,
        count(*) filter (where status = 'completed' and is_billable) as n_billable
    from ledger.visits
    where visit_date between $from and $to
    group by provider_npi, visit_date
),

days as (
    select provider_npi, work_date from calendar
    union
    select provider_npi, work_date from services
    union
    select provider_npi, work_date from visits
)

select
    d.provider_npi,  -- clinician
    coalesce(p.clinician_type, 'unknown') as clinician_type,  -- type on that day; unknown where the roster does not know them
    coalesce(p.specialty, 'unknown') as specialty,  -- specialty on that day
    coalesce(p.setting, 'unknown') as setting,  -- usual setting on that day
    c.provider_npi is not null as is_in_calendar,  -- whether the work calendar tells of the day
    c.worked_share,  -- 1 a whole day, 0 leave or holiday; null where the calendar does not tell
    c.shifts,  -- shifts worked; null where the calendar does not tell
    c.clinical_min,  -- clinical minutes scheduled; null where the calendar does not tell
    cast(coalesce(v.n_visits, 0) as bigint) as n_visits,  -- visits on the schedule, whatever became of them
    cast(coalesce(v.n_completed, 0) as bigint) as n_completed,  -- of those, completed
    cast(coalesce(v.n_billable, 0) as bigint) as n_billable,  -- of those, billable
    cast(coalesce(s.n_lines, 0) as bigint) as n_lines,  -- lines of claims rendered
    cast(coalesce(s.n_unknown, 0) as bigint) as n_unknown,  -- of those, without a work RVU
    cast(coalesce(s.n_not_rebased, 0) as bigint) as n_not_rebased,  -- of those with one, codes that the rebase year does not know
    cast(coalesce(s.wrvu, 0) as decimal(18, 4)) as wrvu,  -- work RVU by the schedule of the day
    cast(coalesce(s.wrvu_rebased, 0) as decimal(18, 4)) as wrvu_rebased,  -- work RVU with the schedule held fixed
    cast(coalesce(s.total_rvu, 0) as decimal(18, 4)) as total_rvu,  -- total RVU by the schedule of the day
    d.work_date  -- day
from days as d
left join calendar as c on c.provider_npi = d.provider_npi and c.work_date = d.work_date
left join services as s on s.provider_npi = d.provider_npi and s.work_date = d.work_date
left join visits as v on v.provider_npi = d.provider_npi and v.work_date = d.work_date
left join ledger.provider_periods as p
    on p.provider_npi = d.provider_npi and d.work_date >= p.valid_from and (p.valid_to is null or d.work_date <= p.valid_to)
