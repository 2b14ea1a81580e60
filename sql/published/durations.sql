-- One row per turnaround, period and group: how long things take, per payer or queue and for all, with open cases kept in.
-- A median or a ninth tenth that the cohort has not reached yet is null: more than that share is still open. Persons are not here,
-- neither staff nor providers.
-- grain: definition_id, period_kind, period, group_kind, group_id
-- slice: all
-- restated by: measures.durations
-- restated by: measures.availability
with groups as (
    select
        definition_id, case window_days when 30 then '30_days' else '90_days' end as period_kind, as_of as period,
        group_kind, group_id, n_cases, n_closed, n_open, median, p90, target, share_within_target, unit
    from measures.durations
    where group_kind in ('all', 'payer', 'queue')
)

select
    g.definition_id as definition_id,  -- definition of the metric
    g.period_kind as period_kind,  -- 30_days or 90_days that end on the period's day
    g.period as period,  -- last day of the window in which the cases began
    g.group_kind as group_kind,  -- payer, queue or all
    g.group_id as group_id,  -- which of them; 'all' for the total
    g.n_cases as n_cases,  -- cases of the cohort
    g.n_closed as n_closed,  -- of those, closed
    g.n_open as n_open,  -- of those, still open: they count for as long as they were watched
    g.unit as unit,  -- unit of median, p90 and target
    case when coalesce(a.is_available, true) then g.median end as median,  -- time after which half are done; null while more than half are open
    case when coalesce(a.is_available, true) then g.p90 end as p90,  -- time after which nine of ten are done; null while more are open
    g.target as target,  -- time within which a case should be done, from the configuration; null without one
    case when coalesce(a.is_available, true) then g.share_within_target end as share_within_target,  -- estimated share done within the target; null without one
    case
        when not a.is_available then a.availability
        when g.median is null then 'more than half are still open'
        when g.p90 is null then 'more than a tenth are still open'
    end as reason  -- why a number is missing; null where none is
from groups as g
left join measures.availability as a on a.definition_id = g.definition_id
