-- One row per definition, period and subject: what is fair or unfair about how work was divided, measured and paid for with
-- overtime, of teams and never of persons. Shares of people's work per role are in published.effort; here is what has another
-- shape: judgements of the newest version of the bands, mixes unlike the pool's, warnings, links, seasons.
-- Months are closed ones only. A cell of fewer people than the configuration asks for (five) shows nothing; where the people of the hidden warnings of a
-- month are fewer than that together, the smallest other warning is hidden with them; and where everybody of a
-- team was granted the band or nobody was, the share would tell of each of them and is hidden too.
-- grain: definition_id, period_kind, period, role, subject_kind, subject
-- slice: all
-- restated by: bands.overtime_in_band
-- restated by: bands.floor_attainment
-- restated by: bands.ramp
-- restated by: bands.bands
-- restated by: bands.versions
-- restated by: measures.by_staff
-- restated by: measures.assignment_skew
-- restated by: measures.override_denials
-- restated by: measures.effort_outcome_link
-- restated by: measures.seasonal_index
-- restated by: measures.availability
-- restated by: ledger.parameters
with people_needed as (
    select cast(value as integer) as n
    from ledger.parameters
    where name = 'min_people'
),

newest_judgement as (
    select f.role, f.version_id
    from (select distinct role, version_id from bands.floor_attainment) as f
    inner join bands.versions as v on v.version_id = f.version_id
    qualify row_number() over (partition by f.role order by v.as_of desc, v.known_at desc, v.version_id) = 1
),

newest_ramp as (
    select r.role, r.version_id
    from (select distinct role, version_id from bands.ramp) as r
    inner join bands.versions as v on v.version_id = r.version_id
    qualify row_number() over (partition by r.role order by v.as_of desc, v.known_at desc, v.version_id) = 1
),

overtime as (
    select
        o.definition_id, 'window' as period_kind, max(v.as_of) as period, o.role, 'role' as subject_kind, o.role as subject,
        sum(o.numerator) as numerator, sum(o.denominator) as denominator, count(distinct o.staff_id) as people
    from bands.overtime_in_band as o
    inner join newest_judgement as n on n.version_id = o.version_id and n.role = o.role
    inner join bands.versions as v on v.version_id = o.version_id
    group by o.definition_id, o.role
),

granted as (
    select
        f.definition_id, 'window' as period_kind, max(f.measured_on) as period, f.role, 'complexity' as subject_kind,
        f.complexity as subject, sum(f.numerator) as numerator, sum(f.denominator) as denominator,
        count(distinct case when f.denominator = 1 then f.staff_id end) as people
    from bands.floor_attainment as f
    inner join newest_judgement as n on n.version_id = f.version_id and n.role = f.role
    group by f.definition_id, f.role, f.complexity
),

skewed as (
    select
        definition_id, 'month' as period_kind, measured_on as period, role, 'role' as subject_kind, role as subject,
        cast(count(*) filter (where is_flagged) as decimal(38, 4)) as numerator,
        cast(count(is_flagged) as decimal(38, 4)) as denominator,
        count(distinct case when is_flagged is not null then staff_id end) as people
    from measures.assignment_skew
    inner join measures.running_month as r on measured_on < r.month
    group by definition_id, measured_on, role
),

-- a role whose total is hidden elsewhere must not be found by adding up warnings
overrides_of_large_roles as (
    select definition_id, month, edit_code, staff_id, numerator, denominator
    from (
        select
            o.definition_id, cast(date_trunc('month', o.measured_on) as date) as month, o.edit_code, o.staff_id, o.numerator,
            o.denominator, r.people
        from measures.override_denials as o
        inner join (
            select cast(date_trunc('month', measured_on) as date) as month, role, count(distinct staff_id) as people
            from measures.override_denials
            where denominator > 0
            group by 1, 2
        ) as r on r.month = cast(date_trunc('month', o.measured_on) as date) and r.role = o.role
        inner join measures.running_month as m on o.measured_on < m.month
        where o.denominator > 0
    ) as overrides
    cross join people_needed as n
    where overrides.people >= n.n
),

warnings as (
    select
        definition_id, month, edit_code, sum(numerator) as numerator, sum(denominator) as denominator,
        count(distinct staff_id) as people
    from overrides_of_large_roles
    group by definition_id, month, edit_code
),

people_of_hidden_warnings as (
    select o.definition_id, o.month, count(distinct o.staff_id) as people
    from overrides_of_large_roles as o
    inner join warnings as w on w.definition_id = o.definition_id and w.month = o.month and w.edit_code = o.edit_code
    cross join people_needed as n
    where w.people < n.n
    group by o.definition_id, o.month
),

overridden as (
    select
        w.definition_id, 'month' as period_kind, w.month as period, 'all' as role, 'warning' as subject_kind,
        w.edit_code as subject, w.numerator, w.denominator, w.people,
        coalesce(h.people < n.n and w.people >= n.n and row_number() over (
            partition by w.definition_id, w.month, w.people >= n.n order by w.people, w.denominator, w.edit_code
        ) = 1, false) as is_beside
    from warnings as w
    cross join people_needed as n
    left join people_of_hidden_warnings as h on h.definition_id = w.definition_id and h.month = w.month
),

counted as (
    select
        definition_id, period_kind, period, role, subject_kind, subject, numerator, denominator, people, false as is_beside,
        false as is_alike
    from overtime
    union all
    select
        definition_id, period_kind, period, role, subject_kind, subject, numerator, denominator, people, false as is_beside,
        numerator = 0 or numerator = denominator as is_alike
    from granted
    union all
    select
        definition_id, period_kind, period, role, subject_kind, subject, numerator, denominator, people, false as is_beside,
        false as is_alike
    from skewed
    union all
    select
        definition_id, period_kind, period, role, subject_kind, subject, numerator, denominator, people, is_beside,
        false as is_alike
    from overridden
),

judged as (
    select
        c.definition_id, c.period_kind, c.period, c.role, c.subject_kind, c.subject, c.numerator, c.denominator,
        cast(c.numerator as double) / nullif(cast(c.denominator as double), 0) as value,
        cast(null as double) as low, cast(null as double) as high, c.people, null as contributors,
        case
            when c.people < n.n then 'fewer than ' || cast(n.n as varchar) || ' contributors'
            when c.is_beside then 'hidden beside a cell with fewer than ' || cast(n.n as varchar) || ' contributors'
            when c.is_alike then 'hidden because it is the same for everybody'
        end as hidden
    from counted as c
    cross join people_needed as n
    union all
    select
        r.definition_id, 'window' as period_kind, r.measured_on as period, r.role, 'complexity and stage' as subject_kind,
        r.complexity || ' ' || r.stage as subject, null as numerator, null as denominator, r.value, r.low, r.high,
        null as people, b.contributors, r.reason as hidden
    from bands.ramp as r
    inner join newest_ramp as n on n.version_id = r.version_id and n.role = r.role
    inner join bands.bands as b
        on b.version_id = r.version_id and b.role = r.role and b.complexity = r.complexity and b.stage = r.stage
    union all
    select
        l.definition_id, 'series' as period_kind, l.measured_on as period, 'all' as role, 'team' as subject_kind, l.team as subject,
        null as numerator, null as denominator, l.value, l.low, l.high, l.n_people as people, null as contributors,
        case when l.n_people < n.n then 'fewer than ' || cast(n.n as varchar) || ' contributors' else l.reason end as hidden
    from measures.effort_outcome_link as l
    cross join people_needed as n
    union all
    select
        s.definition_id, 'month of the year' as period_kind, make_date(2000, s.calendar_month, 1) as period, s.role,
        'metric' as subject_kind, s.metric as subject, null as numerator, null as denominator, s.value, null as low, null as high,
        s.n_people as people, case when s.n_people is null then 'the office' end as contributors,
        case when s.n_people < n.n then 'fewer than ' || cast(n.n as varchar) || ' contributors' else s.reason end as hidden
    from measures.seasonal_index as s
    cross join people_needed as n
),

told as (
    select
        j.definition_id, j.period_kind, j.period, j.role, j.subject_kind, j.subject, j.numerator, j.denominator, j.value, j.low,
        j.high, j.people, j.contributors,
        case when not a.is_available then a.availability else j.hidden end as hidden
    from judged as j
    left join measures.availability as a on a.definition_id = j.definition_id
)

select
    definition_id as definition_id,  -- definition of the metric
    period_kind as period_kind,  -- month; window of the bands; series of weeks; month of the year
    period as period,  -- first day of the month, last day of the window, Monday of the last week; for a month of the year its first day in 2000
    role as role,  -- billing role; all where it is about the office or a team
    subject_kind as subject_kind,  -- what the row is about: role, complexity, complexity and stage, warning, team or metric
    subject as subject,  -- which of them
    case when hidden is null then numerator end as numerator,  -- sum of the numerators, in the unit of the definition; null where the value is no ratio
    case when hidden is null then denominator end as denominator,  -- sum of the denominators, in the unit of the definition
    case when hidden is null then value end as value,  -- the value; null where hidden
    case when hidden is null then low end as low,  -- lower end of its 90 % interval, where it has one
    case when hidden is null then high end as high,  -- upper end
    case
        when contributors is not null then contributors
        when coalesce(people, 0) < 5 then '<5'
        when people <= 10 then '5-10'
        when people <= 20 then '11-20'
        else '>20'
    end as contributors,  -- class of the number of people: <5, 5-10, 11-20, >20; the office where it is about no group of people
    coalesce(hidden, case when value is null then 'nothing to divide by' end) as reason  -- why there is no value; null where there is one
from told
