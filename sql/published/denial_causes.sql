-- One row per definition and root cause: what was denied in the 90 days that end on the newest day with a denial, largest first.
-- Causes with fewer denied lines than the configuration asks for (eleven) are told together as 'other', and with them the next larger
-- one where they are too few even so. There is one period only, and no cut by payer, so that nothing can be taken from something else.
-- grain: definition_id, root_cause
-- slice: all
-- restated by: measures.denial_causes
-- restated by: measures.availability
-- restated by: ledger.parameters
with newest_day as (
    select max(measured_on) as day
    from measures.denial_causes
),

causes as (
    select c.definition_id, c.root_cause, n.day, sum(c.numerator) as numerator
    from measures.denial_causes as c
    inner join newest_day as n on c.measured_on > n.day - interval '90 days'
    group by c.definition_id, c.root_cause, n.day
),

lines_of_each_cause as (
    select c.root_cause, c.numerator as n_lines, p.value as needed, case when c.numerator < p.value then 1 else 0 end as is_small
    from causes as c
    inner join ledger.parameters as p on p.name = 'min_cell'
    where c.definition_id = 'denial_causes.lines'
),

lines_of_small_causes as (
    select sum(n_lines) as n_lines
    from lines_of_each_cause
    where is_small = 1
),

named as (
    select
        l.root_cause, l.needed,
        case
            when l.is_small = 1 then 'other'
            when s.n_lines < l.needed and row_number() over (partition by l.is_small order by l.n_lines, l.root_cause) = 1 then 'other'
            else l.root_cause
        end as told_as
    from lines_of_each_cause as l
    cross join lines_of_small_causes as s
),

told as (
    select
        c.definition_id, c.day, n.told_as, max(n.needed) as needed, count(*) as n_causes, sum(c.numerator) as numerator
    from causes as c
    inner join named as n on n.root_cause = c.root_cause
    group by c.definition_id, c.day, n.told_as
),

whole as (
    select
        t.definition_id, t.day, t.told_as, t.needed, t.n_causes, t.numerator,
        sum(t.numerator) over (partition by t.definition_id) as denominator,
        row_number() over (
            partition by t.definition_id order by case when t.told_as = 'other' then 1 else 0 end, t.numerator desc, t.told_as
        ) as place,
        (select sum(l.n_lines) from lines_of_each_cause as l) as all_lines
    from told as t
),

guarded as (
    select
        w.definition_id, w.day, w.told_as, w.n_causes, w.place, w.numerator, w.denominator,
        sum(w.numerator) over (partition by w.definition_id order by w.place) as so_far,
        case
            when not a.is_available then a.availability
            when w.all_lines < w.needed then 'fewer than ' || cast(cast(w.needed as integer) as varchar) || ' denied lines'
        end as hidden
    from whole as w
    left join measures.availability as a on a.definition_id = w.definition_id
)

select
    definition_id as definition_id,  -- definition of the metric: lines or dollars
    '90_days' as period_kind,  -- 90_days that end on the period's day
    day as period,  -- newest day with a denial
    told_as as root_cause,  -- root cause; unmapped where no rule knows the code; other for the small ones together
    cast(n_causes as bigint) as n_causes,  -- causes that the row stands for: 1 but for other
    cast(place as bigint) as place,  -- place in the order of size, other last
    case when hidden is null then cast(numerator as decimal(38, 4)) end as numerator,  -- denied lines of the cause, or their charge in USD; null where withheld
    case when hidden is null then cast(denominator as decimal(38, 4)) end as denominator,  -- all denied lines, or their charge in USD; null where withheld
    case when hidden is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- share of the whole
    case when hidden is null then cast(so_far as double) / nullif(cast(denominator as double), 0) end as cumulative_share,  -- share of the whole up to this place
    hidden as reason  -- why there is no value; null where there is one
from guarded
