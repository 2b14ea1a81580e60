-- One row per turnaround and definition that the catalogue asks for, open ones included: when it began, when it ended, and what
-- the clock of its unit said then. Days are counted from date to date; hours in full minutes of the clock; business hours in
-- minutes of the office's working time, so that nights, weekends and holidays do not count. `left_on` is the end of the watch
-- without an end of the turnaround, such as an assignment that was taken away: it counts as open for as long as it was watched.
-- grain: definition_id, case_id
-- slice: case_id (key)
-- restated by: ledger.query_times.query_id
-- restated by: ledger.submission_times.pcn
-- restated by: ledger.entry_lags.pcn
-- restated by: ledger.deposit_times.deposit_id
-- restated by: ledger.denial_times.denial_id
-- restated by: ledger.queue_stays.stay_id
-- restated by: ledger.account_times.pcn
-- restated by: ledger.assignment_times.assignment_id
-- restated by: ledger.staff_roles.staff_id via staff_id
-- restated by: ledger.days_by_date
with moments_to_moments as (
    select
        'query_response.hours' as definition_id, query_id as case_id, cast(null as varchar) as staff_id,
        cast(null as varchar) as payer_id, cast(null as varchar) as queue, provider_npi as provider_id, 'hours' as unit,
        sent_at as opened_at, answered_at as closed_at, cast(null as timestamp with time zone) as left_at, false as is_known_at_the_end
    from ledger.query_times
    where query_id in (select key from ops.restating)
    union all
    select
        'entry_lag.hours' as definition_id, pcn, entered_by, payer_id, null, null, 'hours', doc_final_at, entered_at, null, true
    from ledger.entry_lags
    where pcn in (select key from ops.restating) and doc_final_at is not null
    union all
    select
        'entry_lag.business_hours' as definition_id, pcn, entered_by, payer_id, null, null, 'business hours', doc_final_at,
        entered_at, null, true
    from ledger.entry_lags
    where pcn in (select key from ops.restating) and doc_final_at is not null
    union all
    select
        'reconciliation.from_posting' as definition_id, deposit_id, null, payer_id, null, null, 'days', posted_complete_at,
        reconciled_at, null, false
    from ledger.deposit_times
    where deposit_id in (select key from ops.restating) and posted_complete_at is not null
    union all
    select
        'queue_dwell.hours' as definition_id, stay_id, null, null, queue, null, 'hours', entered_at, left_at, null, false
    from ledger.queue_stays
    where stay_id in (select key from ops.restating)
    union all
    select
        'days_in_ar.cycle_time' as definition_id, pcn, null, payer_id, null, null, 'days', submitted_at, closed_at, null, false
    from ledger.account_times
    where pcn in (select key from ops.restating)
    union all
    select
        'assignment_turnaround.closed' as definition_id, assignment_id, staff_id, payer_id, null, null, 'days', assigned_at,
        closed_at, ended_at, false
    from ledger.assignment_times
    where assignment_id in (select key from ops.restating)
),

days_to_moments as (
    select
        'submission_timeliness.days' as definition_id, pcn as case_id, charge_entered_by as staff_id, payer_id,
        cast(null as varchar) as provider_id, service_on as opened_on, submitted_at as closed_at,
        cast(null as timestamp with time zone) as left_at, cast(null as date) as known_on
    from ledger.submission_times
    where pcn in (select key from ops.restating) and service_on is not null
    union all
    select
        'documentation_lag.days' as definition_id, pcn, null, null, provider_npi, service_date, doc_final_at, null, entered_on
    from ledger.entry_lags
    where pcn in (select key from ops.restating) and doc_final_at is not null
    union all
    select
        'reconciliation.from_receipt' as definition_id, deposit_id, null, payer_id, null, received_on, reconciled_at, null, null
    from ledger.deposit_times
    where deposit_id in (select key from ops.restating)
    union all
    select
        'denial_turnaround.resolved' as definition_id, denial_id, assigned_to, payer_id, null, denied_on, resolved_at, null, null
    from ledger.denial_times
    where denial_id in (select key from ops.restating)
    union all
    select
        'denial_turnaround.first_worked' as definition_id, denial_id, assigned_to, payer_id, null, denied_on, first_worked_at,
        resolved_at, null
    from ledger.denial_times
    where denial_id in (select key from ops.restating)
    union all
    select
        'denial_turnaround.first_appeal' as definition_id, denial_id, assigned_to, payer_id, null, denied_on, first_appealed_at,
        resolved_at, null
    from ledger.denial_times
    where denial_id in (select key from ops.restating) and is_appealable
),

turnarounds as (
    select
        definition_id, case_id, staff_id, payer_id, queue, provider_id, unit, cast(null as date) as opened_on, opened_at,
        closed_at, case when closed_at is null or closed_at > left_at then left_at end as left_at, cast(null as date) as known_on,
        is_known_at_the_end
    from moments_to_moments
    union all
    select
        definition_id, case_id, staff_id, payer_id, null, provider_id, 'days', opened_on, null, closed_at,
        case when closed_at is null or closed_at > left_at then left_at end, known_on, false
    from days_to_moments
),

turnarounds_with_days as (
    select
        t.definition_id, t.case_id, t.staff_id, t.payer_id, t.queue, t.provider_id, t.unit, t.opened_at, t.closed_at, t.left_at,
        coalesce(t.opened_on, o.day) as opened_on, c.day as closed_on, l.day as left_on,
        case when t.is_known_at_the_end then c.day else coalesce(t.known_on, t.opened_on, o.day) end as cohort_on,
        o.working_s_before
        + coalesce(date_diff('second', o.opens_at, greatest(o.opens_at, least(o.closes_at, t.opened_at))), 0) as working_s_at_opening,
        c.working_s_before
        + coalesce(date_diff('second', c.opens_at, greatest(c.opens_at, least(c.closes_at, t.closed_at))), 0) as working_s_at_closing
    from turnarounds as t
    left join ledger.days_by_date as o
        on o.some_date = cast(t.opened_at as date) and o.begins_at <= t.opened_at and t.opened_at < o.ends_at
    left join ledger.days_by_date as c
        on c.some_date = cast(t.closed_at as date) and c.begins_at <= t.closed_at and t.closed_at < c.ends_at
    left join ledger.days_by_date as l
        on l.some_date = cast(t.left_at as date) and l.begins_at <= t.left_at and t.left_at < l.ends_at
),

turnarounds_with_clocks as (
    select
        definition_id, case_id, staff_id, payer_id, queue, provider_id, unit, opened_at, closed_at, left_at, opened_on,
        closed_on, left_on, cohort_on,
        case unit
            when 'days' then date_diff('day', date '2015-01-01', opened_on)
            when 'hours' then date_diff('minute', timestamp with time zone '2015-01-01 00:00:00+00', opened_at)
            else floor(working_s_at_opening / 60)
        end as clock_at_opening,
        case unit
            when 'days' then date_diff('day', date '2015-01-01', closed_on)
            when 'hours' then date_diff('minute', timestamp with time zone '2015-01-01 00:00:00+00', closed_at)
            else floor(working_s_at_closing / 60)
        end as clock_at_closing,
        date_diff('day', date '2015-01-01', left_on) as clock_at_leaving
    from turnarounds_with_days
    where cohort_on is not null and opened_on is not null
)

select
    t.definition_id,  -- which turnaround
    t.case_id,  -- claim, denial, query, deposit, stay in a queue or assignment
    t.staff_id,  -- person whose turnaround it is; null where it is nobody's, such as a provider's answer
    r.role,  -- billing role that the person held on the day it began
    t.payer_id,  -- payer; null where the turnaround has none
    t.queue,  -- work queue, for stays in one
    t.provider_id,  -- provider whose time it is, for queries and notes
    t.unit,  -- days, hours or business hours
    t.opened_at,  -- when it began; null where only the day is known
    t.closed_at,  -- when it ended; null while open
    t.left_at,  -- when the watch ended without an end of the turnaround; null otherwise
    t.opened_on,  -- day on which it began, in the office's time zone
    t.closed_on,  -- day on which it ended; null while open
    t.left_on,  -- day on which the watch ended without an end
    t.cohort_on,  -- day by which it is counted: of its begin, or of charge entry where nothing tells of it earlier
    cast(t.clock_at_opening as bigint) as clock_at_opening,  -- days, minutes, or minutes of working time since 2015
    cast(t.clock_at_closing as bigint) as clock_at_closing,  -- the same when it ended
    cast(t.clock_at_leaving as bigint) as clock_at_leaving,  -- the same when the watch ended
    cast(
        (t.clock_at_closing - t.clock_at_opening) / case when t.unit = 'days' then 1.0 else 60.0 end as decimal(18, 4)
    ) as duration,  -- in its unit; null while open, negative where it ended before it began
    coalesce(t.clock_at_closing < t.clock_at_opening, t.clock_at_leaving < t.clock_at_opening, false) as is_backwards  -- ended before it began
from turnarounds_with_clocks as t
left join ledger.staff_roles as r
    on r.staff_id = t.staff_id and t.opened_on >= r.valid_from and (r.valid_to is null or t.opened_on <= r.valid_to)
