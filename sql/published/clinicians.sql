-- One row per definition, period, specialty, setting and part: what groups of clinicians did, never one of them. Each definition has one kind
-- of period, and there are no totals, so that no hidden cell can be found by subtraction here. A cell to which fewer clinicians
-- contributed than the configuration asks for (five) shows no numbers, and neither does one that leaves fewer than that between itself
-- and another measure of the same work. Where the hidden groups of a period are fewer clinicians than that together, the smallest shown
-- one is hidden with them, because the total of the practice is known elsewhere. Parts are those of the diagnosis; they are shown
-- together or not at all. What is billed under contracts is not here: see payment_models. A period has its season in it, which
-- ranges with a season (clinician_bands) have not.
-- grain: definition_id, period_kind, period, specialty, setting, part
-- slice: all
-- restated by: measures.by_clinician
-- restated by: measures.encounter_divergence
-- restated by: measures.availability
-- restated by: ledger.parameters
with parameters as (
    select
        cast(max(case when name = 'min_people' then value end) as integer) as needed,
        max(case when name = 'matured_share' then value end) as matured_share
    from ledger.parameters
),

work as (
    select
        definition_id,
        case
            when definition_id like 'wrvu%' or definition_id like 'encounters%' then 'work'
            when definition_id like 'fill_rate.%' or definition_id like 'no_show_share.%' then 'slots'
            when definition_id like 'nonclinical_drag.%' or definition_id like 'indirect_share.%' then 'time'
            when definition_id like '%.audited' then 'audits'
            else definition_id
        end as family,
        case when definition_id like '%.audited' then 'quarter' else 'month' end as period_kind,
        provider_npi, specialty, setting, numerator, denominator, n_cohort, n_matured, measured_on
    from measures.by_clinician
    where definition_id not like 'billable_encounter_rate.%' and definition_id not like 'missed_billing.%'
),

clinicians_of_each_cell as (
    select
        definition_id, family, period_kind, cast(date_trunc(period_kind, measured_on) as date) as period, specialty, setting,
        case when sum(coalesce(numerator, 0)) <> 0 or sum(coalesce(denominator, 0)) <> 0 then provider_npi end as contributor,
        sum(numerator) as numerator, sum(denominator) as denominator, sum(n_cohort) as n_cohort, sum(n_matured) as n_matured
    from work
    group by definition_id, family, period_kind, date_trunc(period_kind, measured_on), specialty, setting, provider_npi
),

cells as (
    select
        definition_id, family, period_kind, period, specialty, setting, count(distinct contributor) as people,
        sum(numerator) as numerator, sum(denominator) as denominator,
        cast(sum(n_matured) as double) / nullif(cast(sum(n_cohort) as double), 0) as matured_share
    from clinicians_of_each_cell
    group by definition_id, family, period_kind, period, specialty, setting
),

cells_and_their_family as (
    select
        c.definition_id, c.period_kind, c.period, c.specialty, c.setting, c.people, c.numerator, c.denominator, c.matured_share,
        max(c.people) over (partition by c.family, c.period_kind, c.period, c.specialty, c.setting) as people_of_family
    from cells as c
),

small_cells as (
    select
        c.definition_id, c.period_kind, c.period, c.specialty, c.setting, c.people, c.numerator, c.denominator, c.matured_share,
        p.needed, p.matured_share as wanted_share,
        case
            when c.people < p.needed then 'small'
            when c.people_of_family - c.people between 1 and p.needed - 1 then 'beside a measure'
        end as hidden
    from cells_and_their_family as c
    cross join parameters as p
),

people_of_small_cells as (
    select c.definition_id, c.period_kind, c.period, count(distinct c.contributor) as people
    from clinicians_of_each_cell as c
    inner join small_cells as s
        on s.definition_id = c.definition_id and s.period_kind = c.period_kind and s.period = c.period
        and s.specialty = c.specialty and s.setting = c.setting
    where s.hidden is not null
    group by c.definition_id, c.period_kind, c.period
),

judged as (
    select
        s.definition_id, s.period_kind, s.period, s.specialty, s.setting, s.people, s.numerator, s.denominator, s.needed,
        case
            when s.hidden is not null then s.hidden
            when h.people between 1 and s.needed - 1 and row_number() over (
                partition by s.definition_id, s.period_kind, s.period, case when s.hidden is null then 0 else 1 end
                order by s.people, s.denominator, s.specialty, s.setting
            ) = 1 then 'beside a small one'
            when s.matured_share < s.wanted_share then 'immature'
        end as hidden
    from small_cells as s
    left join people_of_small_cells as h
        on h.definition_id = s.definition_id and h.period_kind = s.period_kind and h.period = s.period
),

diagnoses as (
    select
        definition_id, measured_on as period, specialty, setting, coalesce(diagnosis, 'not_said') as part,
        count(distinct provider_npi) as n
    from measures.encounter_divergence
    group by definition_id, measured_on, specialty, setting, coalesce(diagnosis, 'not_said')
),

-- Of a part in which everybody is, everybody would be known, unless it says that nothing was found.
diagnoses_judged as (
    select
        d.definition_id, d.period, d.specialty, d.setting, d.part, d.n, p.needed,
        sum(d.n) over (partition by d.definition_id, d.period, d.specialty, d.setting) as people,
        min(d.n) over (partition by d.definition_id, d.period, d.specialty, d.setting) as smallest,
        count(*) over (partition by d.definition_id, d.period, d.specialty, d.setting) as n_parts
    from diagnoses as d
    cross join parameters as p
),

told as (
    select
        definition_id, period_kind, period, specialty, setting, 'all' as part, people, numerator, denominator,
        case
            when hidden = 'small' then 'fewer than ' || cast(needed as varchar) || ' clinicians'
            when hidden = 'beside a measure'
                then 'hidden because with another measure it would show fewer than ' || cast(needed as varchar) || ' clinicians'
            when hidden = 'beside a small one'
                then 'hidden beside a group with fewer than ' || cast(needed as varchar) || ' clinicians'
            when hidden = 'immature' then 'too little of the cohort has matured'
        end as hidden
    from judged
    union all
    select
        definition_id, 'quarter' as period_kind, period, specialty, setting, part, people, n as numerator, people as denominator,
        case
            when people < needed then 'fewer than ' || cast(needed as varchar) || ' clinicians'
            when smallest < needed then 'a part of the group has fewer than ' || cast(needed as varchar) || ' clinicians'
            when n_parts = 1 and part not in ('neither', 'not_said') then 'the same holds for all of them'
        end as hidden
    from diagnoses_judged
),

told_or_not_available as (
    select distinct
        t.definition_id, t.period_kind, t.period, t.specialty, t.setting, t.people, t.denominator,
        case when t.hidden is null and coalesce(a.is_available, true) then t.numerator end as numerator,
        -- Which parts a small group falls into would tell of its clinicians.
        case when t.hidden is null and coalesce(a.is_available, true) then t.part else 'all' end as part,
        case when not a.is_available then a.availability else t.hidden end as hidden
    from told as t
    left join measures.availability as a on a.definition_id = t.definition_id
)

select
    definition_id as definition_id,  -- definition of the metric
    period_kind as period_kind,  -- month, or quarter for audits and the diagnosis
    period as period,  -- its first day
    specialty as specialty,  -- specialty of the clinicians on those days
    setting as setting,  -- their usual setting
    part as part,  -- part of the diagnosis; all where the definition is the measure, or the parts are withheld
    case when hidden is null then cast(numerator as decimal(38, 4)) end as numerator,  -- sum of the numerators, in the unit of the definition; clinicians of the part
    case when hidden is null then cast(denominator as decimal(38, 4)) end as denominator,  -- sum of the denominators; clinicians of the group for a part
    case when hidden is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- numerator over denominator, null where hidden or 0
    case
        when people < 5 then '<5'
        when people <= 10 then '5-10'
        when people <= 20 then '11-20'
        else '>20'
    end as contributors,  -- class of the number of clinicians: <5, 5-10, 11-20, >20
    coalesce(hidden, case when coalesce(denominator, 0) = 0 then 'nothing to divide by' end) as reason  -- why there is no value; null where there is one
from told_or_not_available
