-- One row per definition, period, role and complexity: what people's work took and brought, never per person.
-- Periods are calendar months and the last three of them together; a stock is the state of the last day. Only closed months are told:
-- of the running one, the files of two days would differ by a day's work, which may be one person's. A month is closed when the
-- sixth day of the next one, or a later one, was worked by as many people as the configuration asks for.
-- A cell to which fewer people contributed than the configuration asks for (five) shows no numbers. Where the hidden cells of
-- a role and period are fewer people than that together, the smallest other cell is hidden with them, so that a total known
-- elsewhere gives nothing away. Three months are shown only where each of them is.
-- grain: definition_id, period_kind, period, role, complexity
-- slice: all
-- restated by: measures.by_staff
-- restated by: measures.staff_windows
-- restated by: measures.definitions
-- restated by: measures.availability
-- restated by: ledger.parameters
with people_needed as (
    select cast(value as integer) as n
    from ledger.parameters
    where name = 'min_people'
),

days as (
    select
        p.definition_id, p.role, p.complexity, p.numerator, p.denominator,
        cast(date_trunc('month', p.measured_on) as date) as month,
        p.measured_on >= r.month - interval '3 months' as is_recent,
        cast(r.month - interval '1 day' as date) as closed_on,
        case when p.numerator <> 0 or p.denominator <> 0 then p.staff_id end as contributor
    from measures.by_staff as p
    inner join measures.definitions as d on d.definition_id = p.definition_id and d.method <> 'stock'
    inner join measures.running_month as r on p.measured_on < r.month
),

newest_state as (
    select s.definition_id, max(s.as_of) as as_of
    from measures.staff_windows as s
    inner join measures.running_month as r on s.as_of < r.month
    where s.window_days = 1
    group by s.definition_id
),

people_of_each_cell as (
    select
        definition_id, 'month' as period_kind, month as period, role, complexity, contributor,
        sum(numerator) as numerator, sum(denominator) as denominator
    from days
    group by definition_id, month, role, complexity, contributor
    union all
    select
        definition_id, '3_months' as period_kind, closed_on as period, role, complexity, contributor,
        sum(numerator) as numerator, sum(denominator) as denominator
    from days
    where is_recent
    group by definition_id, closed_on, role, complexity, contributor
    union all
    select
        s.definition_id, 'as_of' as period_kind, s.as_of as period, s.role, s.complexity,
        case when s.numerator <> 0 or s.denominator <> 0 then s.staff_id end as contributor,
        s.numerator, s.denominator
    from measures.staff_windows as s
    inner join newest_state as n on n.definition_id = s.definition_id and n.as_of = s.as_of
    where s.window_days = 1
),

cells as (
    select
        c.definition_id, c.period_kind, c.period, c.role, c.complexity, n.n as needed,
        sum(c.numerator) as numerator, sum(c.denominator) as denominator, count(distinct c.contributor) as people
    from people_of_each_cell as c
    cross join people_needed as n
    group by c.definition_id, c.period_kind, c.period, c.role, c.complexity, n.n
    having count(distinct c.contributor) > 0
),

small_months as (
    select
        definition_id, period, role, complexity, needed, people, denominator,
        case when people < needed then 1 else 0 end as is_small
    from cells
    where period_kind = 'month'
),

people_of_small_months as (
    select c.definition_id, c.period, c.role, count(distinct c.contributor) as people
    from people_of_each_cell as c
    inner join small_months as s
        on s.definition_id = c.definition_id and s.period = c.period and s.role = c.role
        and s.complexity = c.complexity and s.is_small = 1
    where c.period_kind = 'month'
    group by c.definition_id, c.period, c.role
),

judged_months as (
    select
        s.definition_id, s.period, s.role, s.complexity,
        case
            when s.is_small = 1 then 'small'
            when h.people < s.needed and row_number() over (
                partition by s.definition_id, s.period, s.role, s.is_small order by s.people, s.denominator, s.complexity
            ) = 1 then 'beside a small one'
        end as hidden
    from small_months as s
    left join people_of_small_months as h
        on h.definition_id = s.definition_id and h.period = s.period and h.role = s.role
),

windows_with_a_hidden_month as (
    select distinct d.definition_id, d.role, d.complexity
    from days as d
    inner join judged_months as m
        on m.definition_id = d.definition_id and m.period = d.month and m.role = d.role and m.complexity = d.complexity
    where d.is_recent and m.hidden is not null
),

unsafe_windows as (
    select
        c.definition_id, c.period_kind, c.period, c.role, c.complexity, c.needed, c.people, c.denominator,
        case
            when c.people < c.needed then 'small'
            when m.definition_id is not null then 'beside months'
        end as hidden
    from cells as c
    left join windows_with_a_hidden_month as m
        on c.period_kind = '3_months' and m.definition_id = c.definition_id
        and m.role = c.role and m.complexity = c.complexity
    where c.period_kind <> 'month'
),

people_of_unsafe_windows as (
    select
        c.definition_id, c.period_kind, c.role, count(distinct c.contributor) as people,
        count(distinct c.complexity) as cells
    from people_of_each_cell as c
    inner join unsafe_windows as u
        on u.definition_id = c.definition_id and u.period_kind = c.period_kind and u.role = c.role
        and u.complexity = c.complexity
    where u.hidden is not null
    group by c.definition_id, c.period_kind, c.role
),

judged as (
    select definition_id, 'month' as period_kind, period, role, complexity, hidden
    from judged_months
    union all
    select
        u.definition_id, u.period_kind, u.period, u.role, u.complexity,
        case
            when u.hidden is not null then u.hidden
            when (h.people < u.needed or h.cells = 1) and row_number() over (
                partition by u.definition_id, u.period_kind, u.role, case when u.hidden is null then 0 else 1 end
                order by u.people, u.denominator, u.complexity
            ) = 1 then 'beside a small one'
        end as hidden
    from unsafe_windows as u
    left join people_of_unsafe_windows as h
        on h.definition_id = u.definition_id and h.period_kind = u.period_kind and h.role = u.role
),

told as (
    select
        c.definition_id, c.period_kind, c.period, c.role, c.complexity, c.numerator, c.denominator, c.people,
        case
            when not a.is_available then a.availability
            when j.hidden = 'small' then 'fewer than ' || cast(c.needed as varchar) || ' contributors'
            when j.hidden = 'beside months'
                then 'hidden because with the months it would show fewer than ' || cast(c.needed as varchar) || ' contributors'
            when j.hidden = 'beside a small one'
                then 'hidden beside a cell with fewer than ' || cast(c.needed as varchar) || ' contributors'
        end as hidden
    from cells as c
    inner join judged as j
        on j.definition_id = c.definition_id and j.period_kind = c.period_kind and j.period = c.period
        and j.role = c.role and j.complexity = c.complexity
    left join measures.availability as a on a.definition_id = c.definition_id
)

select
    definition_id as definition_id,  -- definition of the metric
    period_kind as period_kind,  -- month; 3_months: the last three closed ones; as_of: the state on the period's day
    period as period,  -- first day of the month, or last day of the three
    role as role,  -- billing role; 'unknown' where the roster names none
    complexity as complexity,  -- low, medium or high; 'unknown' where the work has none
    case when hidden is null then numerator end as numerator,  -- sum of the numerators, in the unit of the definition
    case when hidden is null then denominator end as denominator,  -- sum of the denominators, in the unit of the definition
    case when hidden is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- numerator over denominator, null where hidden or 0
    case
        when people < 5 then '<5'
        when people <= 10 then '5-10'
        when people <= 20 then '11-20'
        else '>20'
    end as contributors,  -- class of the number of people: <5, 5-10, 11-20, >20
    coalesce(hidden, case when coalesce(denominator, 0) = 0 then 'nothing to divide by' end) as reason  -- why there is no value; null where there is one
from told
