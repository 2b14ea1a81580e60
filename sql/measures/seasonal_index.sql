-- One row per metric, role and calendar month: how far the month usually lies from the trend of the year.
-- A series is a metric's sums of numerators over sums of denominators per month: output per role with delivered history, every
-- other measure of people per role, measures of groups for the whole office. The trend comes from pairs of the same month of two
-- years, which no season can bend, so thirteen months are the least. What is left of a month after the trend is drawn
-- towards 1 by t2 / (t2 + v): v its noise, t2 how far months differ beyond noise.
-- The first month of a series counts if it was measured by its 10th day, the last if from its 20th on.
-- grain: definition_id, metric, role, calendar_month
-- slice: all
-- restated by: measures.production
-- restated by: measures.by_staff
-- restated by: measures.by_group
-- restated by: ledger.parameters
with parts as (
    select
        'output_per_hour.' || role as metric, role, worker_id as staff_id, work_date as measured_on, cast(units as decimal(18, 4)) as numerator,
        cast((active_min - friction_min) / 60 as decimal(18, 4)) as denominator
    from measures.production
    union all
    select definition_id as metric, role, staff_id, measured_on, numerator, denominator
    from measures.by_staff
    where definition_id not like 'output\_per\_hour.%' escape '\'
    union all
    select definition_id as metric, 'all' as role, null as staff_id, measured_on, numerator, denominator
    from measures.by_group
    where group_kind = 'all'
),

months_as_they_are as (
    select
        metric, role, cast(date_trunc('month', measured_on) as date) as month,
        min(extract(day from measured_on)) as first_day, max(extract(day from measured_on)) as last_day,
        sum(numerator) as numerator, sum(denominator) as denominator, count(distinct staff_id) as people
    from parts
    group by 1, 2, 3
),

months_with_the_ends as (
    select
        metric, role, month, first_day, last_day, numerator, denominator, people,
        min(month) over (partition by metric, role) as first_month,
        max(month) over (partition by metric, role) as last_month
    from months_as_they_are
),

months as (
    select
        metric, role, month, people, cast(extract(month from month) as integer) as calendar_month,
        cast(extract(year from month) * 12 + extract(month from month) as integer) as place,
        cast(ln(cast(numerator as double) / cast(denominator as double)) as decimal(18, 12)) as log_value
    from months_with_the_ends
    where
        numerator > 0 and denominator > 0
        and (month <> first_month or first_day <= 10) and (month <> last_month or last_day >= 20)
),

pairs as (
    select a.metric, a.role, b.log_value - a.log_value as change
    from months as a
    inner join months as b on b.metric = a.metric and b.role = a.role and b.place = a.place + 12
),

trends as (
    select
        metric, role, count(*) as n_pairs, cast(sum(change) as double) / count(*) / 12 as slope,
        greatest(0, cast(sum(cast(change * change as decimal(38, 18))) as double)
            - cast(sum(change) as double) * cast(sum(change) as double) / count(*)) as squares
    from pairs
    group by metric, role
),

detrended as (
    select
        m.metric, m.role, m.calendar_month, m.people,
        cast(cast(m.log_value as double) - coalesce(t.slope, 0) * (m.place - 24000) as decimal(18, 12)) as level
    from months as m
    left join trends as t on t.metric = m.metric and t.role = m.role
),

calendar_months as (
    select metric, role, calendar_month, count(*) as n, min(people) as people, cast(sum(level) as double) / count(*) as level
    from detrended
    group by metric, role, calendar_month
),

series as (
    select
        c.metric, c.role, sum(c.n) as n_months, count(*) as n_calendar_months, min(c.people) as people,
        cast(sum(cast(c.level as decimal(18, 12))) as double) / count(*) as level,
        cast(sum(cast(1.0 / c.n as decimal(18, 12))) as double) / count(*) as mean_of_one_over_n
    from calendar_months as c
    group by c.metric, c.role
),

effects as (
    select
        c.metric, c.role, c.calendar_month, c.n, s.n_months, s.n_calendar_months, s.people, s.mean_of_one_over_n,
        c.level - s.level as effect, coalesce(t.n_pairs, 0) as n_pairs, t.slope,
        -- the configured noise weighs as much as six pairs of months
        (coalesce(t.squares, 0) / 2 + 6 * p.noise * p.noise) / (greatest(coalesce(t.n_pairs, 0) - 1, 0) + 6) as noise
    from calendar_months as c
    inner join series as s on s.metric = c.metric and s.role = c.role
    cross join (
        select cast(value as double) as noise from ledger.parameters where name = 'season_noise'
    ) as p
    left join trends as t on t.metric = c.metric and t.role = c.role
),

spreads as (
    select
        metric, role,
        greatest(0, cast(sum(cast(effect * effect as decimal(38, 18))) as double) / 11
            - max(noise) * max(mean_of_one_over_n)) as spread
    from effects
    group by metric, role
),

shrunk as (
    select
        e.metric, e.role, e.calendar_month, e.n, e.n_months, e.people, e.effect, e.slope,
        s.spread / (s.spread + e.noise / e.n) as weight,
        case
            when e.n_months < 13 then 'fewer than 13 months'
            when e.n_calendar_months < 12 then 'a month of the year is missing'
            when e.n_pairs = 0 then 'no month was seen in two years that follow each other'
        end as reason
    from effects as e
    inner join spreads as s on s.metric = e.metric and s.role = e.role
)

select
    'seasonal_index.month' as definition_id,  -- which definition
    metric,  -- definition of the series
    role,  -- billing role of the series; all for the whole office
    calendar_month,  -- month of the year, 1 to 12
    case when reason is null then exp(weight * effect) end as value,  -- index, 1 is the trend; null with a reason
    case when reason is null then exp(effect) end as raw,  -- the same before it was drawn towards 1
    case when reason is null then weight end as weight,  -- how much of it was kept, 0 to 1
    case when reason is null then exp(12 * slope) - 1 end as trend,  -- change of the series per year, as a share
    cast(n as bigint) as n_years,  -- years in which the month was seen
    cast(n_months as bigint) as n_months,  -- months of the series
    cast(case when role <> 'all' then people end as bigint) as n_people,  -- people in the month with the fewest; null for the whole office; never published
    reason  -- why there is no index
from shrunk
