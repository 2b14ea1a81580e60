-- One row per rule of how hard a claim is, and period in which it holds: what adds how many points, and where the tiers begin.
-- The rows written here are the built-in rule; intake.complexity_points are the office's own. From the first day on which
-- the office has a rule of a kind, the built-in rules of that kind hold no more; days before keep them, so no history is
-- tiered anew in silence. A rule of the office ends where the next one of the same kind and value begins.
-- grain: kind, value, effective_from
-- slice: all
-- restated by: intake.complexity_points
with built_in_rules (kind, value, points) as (
    values
    ('claim_type', 'I', 1),
    ('lines', '3', 1),
    ('lines', '6', 1),
    ('diagnoses', '5', 1),
    ('tier', 'medium', 1),
    ('tier', 'high', 2)
),

office_rules_as_delivered as (
    select
        lower(trim(kind)) as kind, case when lower(trim(kind)) = 'tier' then lower(trim(value)) else trim(value) end as value,
        points, effective_from, effective_to, delivery_date, file_id, row_no
    from intake.complexity_points
),

latest_delivery_of_each_office_rule as (
    select kind, value, points, effective_from, effective_to
    from office_rules_as_delivered
    qualify row_number() over (
        partition by kind, value, effective_from order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

office_rules_with_the_next_start as (
    select
        kind, value, points, effective_from, effective_to,
        cast(
            lead(effective_from) over (partition by kind, value order by effective_from) - interval '1 day' as date
        ) as day_before_the_next
    from latest_delivery_of_each_office_rule
),

first_day_of_each_office_kind as (
    select kind, min(effective_from) as first_day
    from latest_delivery_of_each_office_rule
    group by kind
),

rules_of_both as (
    select
        b.kind, b.value, cast(b.points as decimal(18, 3)) as points, 'built_in' as source,
        date '1900-01-01' as effective_from, cast(o.first_day - interval '1 day' as date) as effective_to
    from built_in_rules as b
    left join first_day_of_each_office_kind as o on o.kind = b.kind
    union all
    select
        kind, value, points, 'office' as source, effective_from,
        least(effective_to, day_before_the_next) as effective_to
    from office_rules_with_the_next_start
),

-- What a rule is about stands before a stroke (a payer) and between hyphens (the first and the last code of a range).
rules_in_parts as (
    select
        kind, value, points, source, effective_from, effective_to,
        case
            when kind = 'payer' then value
            when kind = 'denial_likelihood' then split_part(value, '/', 1)
        end as payer_id,
        case
            when kind in ('claim_type', 'procedure', 'drg', 'documentation') then value
            when kind = 'denial_likelihood' and split_part(value, '/', 2) <> '' then split_part(value, '/', 2)
        end as codes,
        case when kind in ('lines', 'diagnoses') then try_cast(value as bigint) end as least_number
    from rules_of_both
    where effective_to is null or effective_to >= effective_from
)

select
    kind,  -- claim_type, lines, diagnoses, procedure, drg, payer, documentation, denial_likelihood or tier
    value,  -- what it holds for, as written
    nullif(payer_id, '*') as payer_id,  -- payer that it holds for; null for every one
    nullif(split_part(codes, '-', 1), '*') as first_code,  -- first code that it holds for; null for every one
    nullif(case when split_part(codes, '-', 2) = '' then codes else split_part(codes, '-', 2) end, '*') as last_code,  -- last code of the range
    least_number,  -- least number of lines or diagnoses; null for other kinds
    points,  -- points that it adds once to a claim; for a tier the least sum
    coalesce(
        (kind in ('lines', 'diagnoses') and least_number is not null)
        or (kind = 'tier' and value in ('low', 'medium', 'high'))
        or (
            kind in ('claim_type', 'procedure', 'drg', 'payer', 'documentation', 'denial_likelihood')
            and value <> '' and coalesce(codes, '*') not like '-%'
        ), false
    ) as is_usable,  -- whether it could be understood; others add nothing
    source,  -- built_in or office
    effective_from,  -- first day on which it holds
    effective_to  -- last day; null while it holds
from rules_in_parts
