-- One row per turnaround, group, cohort and week: the Kaplan-Meier estimate of how long it takes. The cohort are the cases of the
-- last 30 or 90 days before `as_of`, which is the last day of the week on which any case changed. What was open then counts for
-- as long as it was watched and is never dropped, so slow cases cannot hide behind quick ones. S is the estimated share still
-- open after a time; the median is the first time at which S is 1/2 or less, p90 the first at which it is 1/10 or less.
-- Weeks and not days: an estimate for each day of 120 takes several times as long and moves by a case or two.
-- grain: definition_id, group_kind, group_id, role, window_days, week_ends_on
-- slice: week_ends_on
-- restated by: ledger.duration_days.happened_on and 95 days after
-- restated by: ledger.parameters
-- looked up in: ledger.durations, ledger.calendar
with weeks_and_their_last_days as (
    select
        cast(date_trunc('week', happened_on) + interval '6 days' as date) as week_ends_on,
        max(happened_on) as as_of
    from ledger.duration_days
    where happened_on >= $from - interval '6 days' and happened_on <= $to
    group by cast(date_trunc('week', happened_on) + interval '6 days' as date)
),

weeks_with_clocks as (
    select
        w.week_ends_on, w.as_of, date_diff('day', date '2015-01-01', w.as_of) as days,
        date_diff('minute', timestamp with time zone '2015-01-01 00:00:00+00', c.ends_at) as minutes,
        floor((c.working_s_before + c.working_s) / 60) as working_minutes
    from weeks_and_their_last_days as w
    inner join ledger.calendar as c on c.day = w.as_of
    where w.week_ends_on between $from and $to
),

cases_of_each_cohort as (
    select
        w.week_ends_on, w.as_of, k.window_days, d.definition_id, d.unit, d.staff_id, d.role, d.payer_id, d.queue, d.provider_id,
        d.closed_on is not null and d.closed_on <= w.as_of as is_closed,
        case
            when d.closed_on <= w.as_of then d.clock_at_closing
            when d.left_on <= w.as_of then d.clock_at_leaving
            when d.unit = 'days' then w.days
            when d.unit = 'hours' then w.minutes
            else w.working_minutes
        end - d.clock_at_opening as ticks
    from weeks_with_clocks as w
    cross join (values (30), (90)) as k (window_days)
    inner join ledger.durations as d
        on d.cohort_on > w.as_of - k.window_days * interval '1 day' and d.cohort_on <= w.as_of and d.opened_on <= w.as_of
    where d.cohort_on >= $from - interval '96 days' and d.cohort_on <= $to
),

cases_of_each_group as (
    select
        c.week_ends_on, c.as_of, c.window_days, c.definition_id, c.unit, g.group_kind, c.is_closed, c.ticks,
        case when g.group_kind = 'staff' then c.role end as role,
        case g.group_kind
            when 'all' then 'all'
            when 'staff' then c.staff_id
            when 'payer' then c.payer_id
            when 'queue' then c.queue
            else c.provider_id
        end as group_id
    from cases_of_each_cohort as c
    cross join (values ('all'), ('staff'), ('payer'), ('queue'), ('provider')) as g (group_kind)
),

cases_of_each_time as (
    select
        week_ends_on, as_of, window_days, definition_id, unit, group_kind, group_id, role, ticks, count(*) as n_watched,
        count(*) filter (where is_closed) as n_closed
    from cases_of_each_group
    where group_id is not null
    group by week_ends_on, as_of, window_days, definition_id, unit, group_kind, group_id, role, ticks
),

cases_at_risk as (
    select
        week_ends_on, as_of, window_days, definition_id, unit, group_kind, group_id, role, ticks, n_watched, n_closed,
        sum(n_watched) over (
            partition by week_ends_on, window_days, definition_id, group_kind, group_id, role
            order by ticks desc
            rows between unbounded preceding and current row
        ) as n_at_risk
    from cases_of_each_time
    where ticks >= 0
),

-- The product of the shares that stay open is the exponential of a sum, here of decimals, which has no order.
curve as (
    select
        week_ends_on, as_of, window_days, definition_id, unit, group_kind, group_id, role, ticks, n_watched, n_closed,
        case when sum(case when n_closed = n_at_risk then 1 else 0 end) over so_far > 0 then 0
            else round(exp(cast(sum(cast(
                case when n_closed < n_at_risk then ln(1 - n_closed * 1.0 / n_at_risk) else 0 end as decimal(18, 15)
            )) over so_far as double)), 9)
        end as still_open
    from cases_at_risk
    window so_far as (
        partition by week_ends_on, window_days, definition_id, group_kind, group_id, role
        order by ticks
        rows between unbounded preceding and current row
    )
),

targets as (
    select t.definition_id, p.value * t.ticks_of_one as ticks
    from (
        values
        ('query_response.hours', 'query_target_h', 60), ('submission_timeliness.days', 'submission_target_days', 1),
        ('entry_lag.hours', 'entry_target_h', 60), ('denial_turnaround.resolved', 'denial_target_days', 1),
        ('reconciliation.from_posting', 'reconcile_target_days', 1)
    ) as t (definition_id, name, ticks_of_one)
    inner join ledger.parameters as p on p.name = t.name
),

estimates as (
    select
        c.week_ends_on, c.as_of, c.window_days, c.definition_id, c.unit, c.group_kind, c.group_id, c.role,
        cast(sum(c.n_watched) as bigint) as n_cases, cast(sum(c.n_closed) as bigint) as n_closed,
        min(case when c.still_open <= 0.5 then c.ticks end) as median_ticks,
        min(case when c.still_open <= 0.1 then c.ticks end) as p90_ticks,
        max(t.ticks) as target_ticks, max(c.ticks) as longest_ticks, min(c.still_open) as never_seen_closed,
        coalesce(min(case when c.ticks <= t.ticks then c.still_open end), 1) as open_at_target
    from curve as c
    left join targets as t on t.definition_id = c.definition_id
    group by c.week_ends_on, c.as_of, c.window_days, c.definition_id, c.unit, c.group_kind, c.group_id, c.role
),

cases_that_ended_before_they_began as (
    select
        week_ends_on, window_days, definition_id, group_kind, group_id, role, cast(sum(n_watched) as bigint) as n_backwards
    from cases_of_each_time
    where ticks < 0
    group by week_ends_on, window_days, definition_id, group_kind, group_id, role
)

select
    e.definition_id,  -- which turnaround
    e.group_kind,  -- all, payer, staff, queue or provider; staff is never published
    e.group_id,  -- which of them
    e.role,  -- staff: billing role held when the case began
    cast(e.window_days as bigint) as window_days,  -- days of the cohort: 30 or 90
    e.n_cases,  -- cases of the cohort on the curve
    e.n_closed,  -- of those ended by as_of
    e.n_cases - e.n_closed as n_open,  -- of those not seen to end: open, or no longer watched
    coalesce(b.n_backwards, 0) as n_backwards,  -- cases kept off the curve because they ended before they began
    e.median_ticks / case when e.unit = 'days' then 1.0 else 60.0 end as median,  -- half have ended; null where the curve does not get there
    e.p90_ticks / case when e.unit = 'days' then 1.0 else 60.0 end as p90,  -- nine of ten have ended; null likewise
    e.target_ticks / case when e.unit = 'days' then 1.0 else 60.0 end as target,  -- time within which it should end; null without a target
    case
        when e.target_ticks <= e.longest_ticks or (e.never_seen_closed = 0 and e.target_ticks is not null)
            then round(1 - e.open_at_target, 9)
    end as share_within_target,  -- estimated share that ends in time; null where nothing was watched that long
    e.unit,  -- days, hours or business hours
    e.as_of,  -- last day of the week on which any case changed; what happened later is not used
    e.week_ends_on  -- Sunday of that week
from estimates as e
left join cases_that_ended_before_they_began as b
    on b.week_ends_on = e.week_ends_on and b.window_days = e.window_days and b.definition_id = e.definition_id
    and b.group_kind = e.group_kind and b.group_id = e.group_id and coalesce(b.role, '') = coalesce(e.role, '')
