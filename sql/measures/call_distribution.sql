-- One row per definition, scope, person, role, reason and month: the median and the 90th percentile of the minutes of a call.
-- The median of an even number of calls is the mean of the middle two; the 90th percentile is the nearest rank: the least
-- length that at least nine tenths of the calls do not exceed.
-- grain: definition_id, scope, staff_id, role, reason, measured_on
-- slice: measured_on
-- restated by: ledger.calls.started_month
with times_of_each_call as (
    select call_id, staff_id, role, reason, started_month, 'talk_hold' as part, talk_hold_s as seconds
    from ledger.calls
    where started_month between $from and $to and talk_hold_s is not null
    union all
    select call_id, staff_id, role, reason, started_month, 'wrap' as part, wrap_s as seconds
    from ledger.calls
    where started_month between $from and $to and wrap_s is not null
    union all
    select call_id, staff_id, role, reason, started_month, 'handled' as part, handled_s as seconds
    from ledger.calls
    where started_month between $from and $to and handled_s is not null
),

scopes (scope, by_person, by_reason) as (
    values ('person', true, true), ('person', true, false), ('team', false, true), ('team', false, false)
),

times_in_each_group as (
    select
        t.call_id, t.part, t.seconds, t.role, t.started_month, s.scope,
        case when s.by_person then t.staff_id else '' end as staff_id,
        case when s.by_reason then t.reason else 'all' end as reason
    from times_of_each_call as t
    cross join scopes as s
),

times_in_order as (
    select
        part, scope, staff_id, role, reason, started_month, seconds,
        row_number() over (
            partition by part, scope, staff_id, role, reason, started_month
            order by seconds, call_id
        ) as place,
        count(*) over (partition by part, scope, staff_id, role, reason, started_month) as n
    from times_in_each_group
),

quantiles as (
    select
        part, scope, staff_id, role, reason, started_month, n,
        sum(case when 2 * place between n and n + 2 then seconds else 0 end) as middle_s,
        sum(case when 2 * place between n and n + 2 then 1 else 0 end) as n_middle,
        max(case when place = ceil(n * 9 / 10.0) then seconds end) as p90_s
    from times_in_order
    group by part, scope, staff_id, role, reason, started_month, n
),

statistics as (
    select
        'call_time.talk_hold_median' as definition_id, scope, staff_id, role, reason, started_month, n,
        middle_s * 1.0 / n_middle as seconds
    from quantiles
    where part = 'talk_hold'
    union all
    select
        'call_time.talk_hold_p90' as definition_id, scope, staff_id, role, reason, started_month, n,
        p90_s as seconds
    from quantiles
    where part = 'talk_hold'
    union all
    select
        'call_time.wrap_median' as definition_id, scope, staff_id, role, reason, started_month, n,
        middle_s * 1.0 / n_middle as seconds
    from quantiles
    where part = 'wrap'
    union all
    select
        'call_time.wrap_p90' as definition_id, scope, staff_id, role, reason, started_month, n,
        p90_s as seconds
    from quantiles
    where part = 'wrap'
    union all
    select
        'call_time.handled_median' as definition_id, scope, staff_id, role, reason, started_month, n,
        middle_s * 1.0 / n_middle as seconds
    from quantiles
    where part = 'handled'
    union all
    select
        'call_time.handled_p90' as definition_id, scope, staff_id, role, reason, started_month, n,
        p90_s as seconds
    from quantiles
    where part = 'handled'
)

select
    definition_id,  -- which definition: of which part of a call, median or 90th percentile
    scope,  -- person or team
    staff_id,  -- who spoke; empty for the team
    role,  -- billing role held on the day of the call
    reason,  -- statement, payment_plan, status, coverage, dispute or unknown; all for every reason together
    cast(n as bigint) as n,  -- calls in which it was measured
    cast(seconds as double) / 60 as value,  -- minutes
    started_month as measured_on  -- first day of the month
from statistics
