-- One row per clinician and quarter: whether few encounters or little work per encounter explains low work RVU. Encounters per
-- worked day and work RVU per encounter are held against a share of the specialty's median (of the clinicians of the office
-- where there are enough of them, else a loaded or published one), each with a normal interval at 90 % from days as blocks.
-- Where an interval crosses its threshold nothing is said. The median's own uncertainty is not in it. It is a question to
-- look into, never a verdict: a light mix and a new panel look the same as undercoding and an empty schedule.
-- grain: definition_id, provider_npi, measured_on
-- slice: all
-- restated by: measures.encounters
-- restated by: measures.reference_values
-- restated by: ledger.parameters
with limits as (
    select
        max(case when name = 'divergence_margin' then value end) as margin,
        max(case when name = 'divergence_min_days' then value end) as min_days,
        max(case when name = 'divergence_min_peers' then value end) as min_peers
    from ledger.parameters
),

days as (
    select
        definition_id as metric, provider_npi, clinician_type, specialty, setting, numerator as n, denominator as d, measured_on,
        cast(date_trunc('quarter', measured_on) as date) as quarter
    from measures.encounters
    where definition_id in ('encounters_per_day.all', 'wrvu_per_encounter.all') and denominator > 0
),

last_place as (
    select provider_npi, quarter, clinician_type, specialty, setting
    from days
    qualify row_number() over (
        partition by provider_npi, quarter order by measured_on desc, clinician_type, specialty, setting
    ) = 1
),

days_and_sums as (
    select
        metric, provider_npi, quarter, n, d, sum(n) over (partition by metric, provider_npi, quarter) as total_n,
        sum(d) over (partition by metric, provider_npi, quarter) as total_d
    from days
),

spreads as (
    select
        metric, provider_npi, quarter, count(*) as n_days, cast(max(total_n) as double) as n, cast(max(total_d) as double) as d,
        cast(sum(cast((n - total_n / total_d * d) * (n - total_n / total_d * d) as decimal(38, 9))) as double) as squares
    from days_and_sums
    group by metric, provider_npi, quarter
),

rates as (
    select
        s.metric, s.provider_npi, s.quarter, p.specialty, s.n_days, s.n / s.d as rate,
        case
            when s.n_days >= l.min_days then 1.6448536269514722 * sqrt(s.squares * s.n_days / (s.n_days - 1)) / s.d
        end as half
    from spreads as s
    cross join limits as l
    inner join last_place as p on p.provider_npi = s.provider_npi and p.quarter = s.quarter
),

peers_in_order as (
    select
        metric, specialty, quarter, rate,
        row_number() over (partition by metric, specialty, quarter order by rate, provider_npi) as place,
        count(*) over (partition by metric, specialty, quarter) as n
    from rates
    where half is not null and specialty <> 'unknown'
),

medians_of_peers as (
    select p.metric, p.specialty, p.quarter, avg(p.rate) as median, max(p.n) as n
    from peers_in_order as p
    cross join limits as l
    where p.n >= l.min_peers and 2 * p.place between p.n and p.n + 2
    group by p.metric, p.specialty, p.quarter
),

references_of_others as (
    select metric, lower(trim(group_id)) as specialty, value, source
    from measures.reference_values
    where metric in ('encounters_per_day.all', 'wrvu_per_encounter.all') and value is not null
    qualify row_number() over (
        partition by metric, lower(trim(group_id)) order by case origin when 'office' then 0 else 1 end, year desc nulls last, source
    ) = 1
),

judged as (
    select
        r.metric, r.provider_npi, r.quarter, r.n_days, r.rate, r.rate - r.half as low, r.rate + r.half as high,
        coalesce(m.median, o.value) * l.margin as threshold,
        case when m.median is not null then 'peers' when o.value is not null then o.source end as yardstick,
        case
            when r.half is null then 'few_days'
            when coalesce(m.median, o.value) is null then 'no_yardstick'
            when r.rate + r.half < coalesce(m.median, o.value) * l.margin then 'low'
            when r.rate - r.half >= coalesce(m.median, o.value) * l.margin then 'normal'
            else 'crosses'
        end as verdict
    from rates as r
    cross join limits as l
    left join medians_of_peers as m on m.metric = r.metric and m.specialty = r.specialty and m.quarter = r.quarter
    left join references_of_others as o on o.metric = r.metric and o.specialty = lower(trim(r.specialty))
),

quarters as (
    select
        p.provider_npi, p.clinician_type, p.specialty, p.setting, p.quarter, e.n_days, e.rate as encounters, e.low as encounters_low,
        e.high as encounters_high, e.threshold as encounters_threshold, w.rate as wrvu, w.low as wrvu_low, w.high as wrvu_high,
        w.threshold as wrvu_threshold, e.yardstick,
        case
            when coalesce(e.verdict, 'few_days') = 'few_days' or coalesce(w.verdict, 'few_days') = 'few_days'
                then 'fewer days than divergence_min_days'
            when e.verdict = 'no_yardstick' or w.verdict = 'no_yardstick' then 'too few peers and no loaded median'
            when e.verdict = 'crosses' or w.verdict = 'crosses' then 'an interval crosses its threshold'
        end as reason,
        case
            when e.verdict = 'low' and w.verdict = 'normal' then 'schedule_fill'
            when e.verdict = 'normal' and w.verdict = 'low' then 'undercoding_or_light_mix'
            when e.verdict = 'low' and w.verdict = 'low' then 'both'
            when e.verdict = 'normal' and w.verdict = 'normal' then 'neither'
        end as diagnosis
    from last_place as p
    left join judged as e
        on e.provider_npi = p.provider_npi and e.quarter = p.quarter and e.metric = 'encounters_per_day.all'
    left join judged as w
        on w.provider_npi = p.provider_npi and w.quarter = p.quarter and w.metric = 'wrvu_per_encounter.all'
)

select
    'encounter_wrvu_divergence.quarter' as definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on the last day of the quarter with visits
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(coalesce(n_days, 0) as bigint) as n_days,  -- worked days of the quarter
    encounters,  -- completed encounters per worked day
    encounters_low,  -- lower end of its 90 % interval; null with too few days
    encounters_high,  -- upper end
    encounters_threshold,  -- below this they are low
    wrvu,  -- work RVU per completed encounter
    wrvu_low,  -- lower end of its 90 % interval; null with too few days
    wrvu_high,  -- upper end
    wrvu_threshold,  -- below this it is low
    yardstick,  -- peers, or who published the median
    diagnosis,  -- schedule_fill, undercoding_or_light_mix, both or neither; null where nothing is said
    diagnosis <> 'neither' as is_flagged,  -- whether there is something to look into; null where nothing is said
    reason,  -- why nothing is said
    quarter as measured_on  -- first day of the quarter
from quarters
