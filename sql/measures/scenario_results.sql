-- One row per saved plan and answer: breakeven visits a month, payback month, largest hole in cash. What has no answer is told with
-- the reason. Breakeven is that of the last month, when the ramp is over: fixed cost less payments by member, over what a visit leaves.
-- grain: scenario, definition_id
-- slice: all
-- restated by: measures.scenarios
with last_months as (
    select *
    from measures.scenarios
    qualify row_number() over (partition by scenario order by month desc) = 1
),

to_earn as (
    select
        scenario,
        opens_on,
        problem,
        room_limit,
        contribution_per_visit,
        case when fixed_cost > paid_by_member then fixed_cost - paid_by_member else 0 end as amount,
        month as horizon
    from last_months
),

first_months_not_below_zero as (
    select scenario, min(month) as month
    from measures.scenarios
    where month > 0 and cumulative >= 0
    group by scenario
),

falls_back as (
    select distinct s.scenario
    from measures.scenarios as s
    inner join first_months_not_below_zero as f on f.scenario = s.scenario
    where s.month > f.month and s.cumulative < 0
),

deepest as (
    select scenario, min(cumulative) as cumulative
    from measures.scenarios
    group by scenario
),

answers as (
    select
        'whatif.breakeven_visits' as definition_id,
        scenario,
        opens_on,
        case when problem is null and (amount = 0 or contribution_per_visit > 0) then amount end as numerator,
        case when problem is null and contribution_per_visit > 0 then contribution_per_visit end as denominator,
        case
            when problem is not null then problem
            when amount = 0 then 'payments by member carry the fixed cost'
            when contribution_per_visit <= 0 then 'a visit brings no more than it costs'
            when amount > room_limit * contribution_per_visit then 'the rooms do not allow as many visits'
        end as reason
    from to_earn
    union all
    select
        'whatif.payback_month' as definition_id,
        t.scenario,
        t.opens_on,
        f.month as numerator,
        case when f.month is not null then 1 end as denominator,
        case
            when t.problem is not null then t.problem
            when f.month is null then 'not within ' || cast(t.horizon as varchar) || ' months'
            when b.scenario is not null then 'cumulative cash falls below zero again'
        end as reason
    from to_earn as t
    left join first_months_not_below_zero as f on f.scenario = t.scenario
    left join falls_back as b on b.scenario = t.scenario
    union all
    select
        'whatif.largest_hole' as definition_id,
        t.scenario,
        t.opens_on,
        case when d.cumulative < 0 then -d.cumulative when t.problem is null then 0 end as numerator,
        case when t.problem is null then 1 end as denominator,
        t.problem as reason
    from to_earn as t
    left join deepest as d on d.scenario = t.scenario
)

select
    scenario,  -- name of the plan's file, without its ending
    definition_id,  -- which answer
    cast(numerator as decimal(18, 4)) as numerator,  -- USD a month to earn, the month, or USD
    cast(denominator as decimal(18, 4)) as denominator,  -- USD that a visit leaves, else 1
    case when numerator = 0 then 0.0 else cast(numerator as double) / cast(denominator as double) end as value,  -- visits a month, month or USD; null where there is no answer
    opens_on as measured_on,  -- first day of the month in which the plan would open
    reason  -- why there is no answer, or what to know about it
from answers
