-- One row per definition, clinician and month: work RVU per clinical FTE-year over the twelve months that end with the month,
-- with how many days it rests on. The interval is a normal one at 90 % from weeks as blocks of the ratio of sums, so
-- vacation and busy weeks count as what they are: chance between weeks.
-- grain: definition_id, provider_npi, measured_on
-- slice: all
-- restated by: measures.wrvu
with work as (
    select
        definition_id, provider_npi, clinician_type, specialty, setting, numerator, denominator, measured_on,
        cast(date_trunc('month', measured_on) as date) as month, cast(date_trunc('week', measured_on) as date) as week
    from measures.wrvu
    where definition_id in ('wrvu.actual', 'wrvu.rebased')
),

months as (
    select distinct definition_id, provider_npi, month
    from work
),

last_place as (
    select definition_id, provider_npi, month, clinician_type, specialty, setting
    from work
    qualify row_number() over (
        partition by definition_id, provider_npi, month order by measured_on desc, clinician_type, specialty, setting
    ) = 1
),

weeks as (
    select
        m.definition_id, m.provider_npi, m.month, w.week, sum(w.numerator) as n, sum(w.denominator) as d, count(*) as n_days
    from months as m
    inner join work as w
        on w.definition_id = m.definition_id and w.provider_npi = m.provider_npi and w.month <= m.month
        and w.month > m.month - interval '12 months'
    group by m.definition_id, m.provider_npi, m.month, w.week
),

sums as (
    select
        definition_id, provider_npi, month, week, n, d,
        sum(n) over (partition by definition_id, provider_npi, month) as total_n,
        sum(d) over (partition by definition_id, provider_npi, month) as total_d,
        sum(n_days) over (partition by definition_id, provider_npi, month) as n_days,
        count(*) over (partition by definition_id, provider_npi, month) as n_weeks
    from weeks
),

spreads as (
    select
        definition_id, provider_npi, month, max(total_n) as n, max(total_d) as d, max(n_days) as n_days, max(n_weeks) as n_weeks,
        cast(sum(cast((n - total_n / nullif(total_d, 0) * d) * (n - total_n / nullif(total_d, 0) * d) as decimal(38, 9))) as double)
            as squares
    from sums
    group by definition_id, provider_npi, month
),

rates as (
    select
        definition_id, provider_npi, month, n, d, n_days, cast(n as double) / nullif(cast(d as double), 0) as rate,
        case
            when n_weeks >= 8 then 1.6448536269514722 * sqrt(squares * n_weeks / (n_weeks - 1)) / nullif(cast(d as double), 0)
        end as half
    from spreads
),

variants as (
    select 'wrvu_twelve_months.actual' as definition_id, definition_id as series, provider_npi, month, n, d, n_days, rate, half
    from rates
    where definition_id = 'wrvu.actual'
    union all
    select 'wrvu_twelve_months.rebased' as definition_id, definition_id as series, provider_npi, month, n, d, n_days, rate, half
    from rates
    where definition_id = 'wrvu.rebased'
)

select
    v.definition_id,  -- which definition: by each year's schedule, or rebased
    v.provider_npi,  -- clinician
    p.clinician_type,  -- type on the last day of the window
    p.specialty,  -- specialty on that day
    p.setting,  -- usual setting on that day
    cast(v.n_days as bigint) as n_days,  -- days that it rests on
    v.n_days >= 365 as is_whole_year,  -- whether these are all of a year; else the rate is of a shorter stretch, not a forecast
    v.rate as value,  -- work RVU per clinical FTE-year
    v.rate - v.half as low,  -- lower end of its 90 % interval; null with less than eight weeks
    v.rate + v.half as high,  -- upper end
    v.month as measured_on  -- first day of the last month
from variants as v
inner join last_place as p on p.definition_id = v.series and p.provider_npi = v.provider_npi and p.month = v.month
