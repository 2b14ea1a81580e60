-- One row per definition, period, contract, payment model and measure: what contracts and panels tell, and what clinicians bill under
-- them. Each definition has one kind of period, months or quarters, so that no hidden month can be found by subtraction.
-- Cells that tell of fewer patients or events than the configuration asks for (eleven) show no numbers, and neither
-- do those of which the rest of the whole is as few; zero tells of nobody and is shown. Measures that are cut from the same people
-- are hidden together. Where one cell is hidden, or the hidden ones are too few together, another is hidden with them, and
-- where there is none that would do the total. What clinicians bill is hidden below five of them, and has no total.
-- grain: definition_id, period_kind, period, contract_id, model, measure
-- slice: all
-- restated by: measures.by_contract
-- restated by: measures.billable_encounters
-- restated by: measures.missed_billing
-- restated by: measures.contract_quality
-- restated by: measures.skimping_guard
-- restated by: measures.availability
-- restated by: ledger.parameters
with parameters as (
    select
        max(case when name = 'min_cell' then value end) as min_cell,
        max(case when name = 'min_people' then value end) as min_people,
        max(case when name = 'matured_share' then value end) as matured_share
    from ledger.parameters
),

-- Catalogued by the quarter: what happens to panels. Everything else is told by the month.
parts as (
    select
        b.definition_id, b.contract_id, b.model, b.numerator, b.denominator, b.n_inside, b.n_outside, b.n_panel, b.n_cohort,
        b.n_matured, b.reason,
        case
            when b.definition_id like 'ed_visits.%' or b.definition_id like 'admissions.%' or b.definition_id like 'icu_admissions.%'
                or b.definition_id like 'readmission_rate.%' then 'quarter'
            else 'month'
        end as period_kind,
        b.measured_on
    from measures.by_contract as b
),

-- Of measures that share their people one could be taken from the other; they form a family and are hidden together.
cells as (
    select
        definition_id, period_kind, cast(date_trunc(period_kind, measured_on) as date) as period, contract_id, model,
        case
            when definition_id like 'payment_model_share.%_patients' then 'patients'
            when definition_id like 'risk_stratified.%' or definition_id like 'high_risk_%' then 'risk'
            when definition_id like 'admissions.%' or definition_id like 'icu_admissions.%' then 'admissions'
            else definition_id
        end as family,
        sum(numerator) as numerator, sum(denominator) as denominator, sum(n_inside) as n_inside, sum(n_outside) as n_outside,
        min(n_panel) as n_panel, cast(sum(n_matured) as double) / nullif(cast(sum(n_cohort) as double), 0) as matured_share,
        max(reason) as reason
    from parts
    group by definition_id, period_kind, date_trunc(period_kind, measured_on), contract_id, model
),

cells_and_totals as (
    select
        definition_id, period_kind, period, contract_id, model, family, numerator, denominator, n_inside, n_outside, n_panel,
        matured_share, reason
    from cells
    union all
    select
        definition_id, period_kind, period, 'all' as contract_id, 'all' as model, family, sum(numerator) as numerator,
        sum(denominator) as denominator, sum(n_inside) as n_inside, sum(n_outside) as n_outside, sum(n_panel) as n_panel,
        null as matured_share, max(reason) as reason
    from cells
    group by definition_id, period_kind, period, family
),

counts_of_each_cell as (
    select
        t.family, t.period_kind, t.period, t.contract_id, t.model, t.contract_id = 'all' as is_total,
        min(case when t.n_inside > 0 then t.n_inside end) as n_inside,
        min(case when t.n_outside > 0 then t.n_outside end) as n_outside,
        min(case when t.n_panel > 0 then t.n_panel end) as n_panel,
        max(case when t.n_inside = 0 or t.n_outside = 0 then 1 else 0 end) as has_zero
    from cells_and_totals as t
    group by t.family, t.period_kind, t.period, t.contract_id, t.model
),

small_cells as (
    select
        c.family, c.period_kind, c.period, c.contract_id, c.model, c.is_total, c.has_zero,
        case
            when c.n_inside < p.min_cell or c.n_outside < p.min_cell or c.n_panel < p.min_cell then 1 else 0
        end as is_small,
        coalesce(c.n_panel, 0) as n_panel
    from counts_of_each_cell as c
    cross join parameters as p
),

-- What a total less the shown cells would tell of the hidden ones.
left_by_subtraction as (
    select
        t.definition_id, t.family, t.period_kind, t.period, count(*) as n_hidden,
        sum(t.n_inside) as n_inside, sum(t.n_outside) as n_outside, sum(t.n_panel) as n_panel
    from cells as t
    inner join small_cells as s
        on s.family = t.family and s.period_kind = t.period_kind and s.period = t.period and s.contract_id = t.contract_id
        and s.model = t.model and s.is_small = 1
    group by t.definition_id, t.family, t.period_kind, t.period
),

families_that_need_another as (
    select
        l.family, l.period_kind, l.period,
        max(
            case
                when l.n_hidden = 1 then 1
                when l.n_inside between 1 and p.min_cell - 1 or l.n_outside between 1 and p.min_cell - 1
                    or l.n_panel between 1 and p.min_cell - 1 then 1
                else 0
            end
        ) as needs_another
    from left_by_subtraction as l
    cross join parameters as p
    group by l.family, l.period_kind, l.period
),

-- A cell with a zero would hide nothing beside it: the sum would be the small cell's.
cells_beside as (
    select
        c.family, c.period_kind, c.period, c.contract_id, c.model, c.is_total, c.is_small, coalesce(f.needs_another, 0) as needs_another,
        case
            when f.needs_another = 1 and not c.is_total and c.is_small = 0 and c.has_zero = 0
                and row_number() over (
                    partition by c.family, c.period_kind, c.period, c.is_total, c.is_small, c.has_zero
                    order by c.n_panel, c.contract_id, c.model
                ) = 1 then 1
            else 0
        end as is_beside
    from small_cells as c
    left join families_that_need_another as f
        on f.family = c.family and f.period_kind = c.period_kind and f.period = c.period
),

judged as (
    select
        family, period_kind, period, contract_id, model,
        case
            when is_small = 1 then 'small'
            when is_beside = 1 then 'beside'
            when is_total and needs_another = 1
                and max(is_beside) over (partition by family, period_kind, period) = 0 then 'beside'
        end as hidden
    from cells_beside
),

panels as (
    select
        t.definition_id, t.period_kind, t.period, t.contract_id, t.model, 'all' as measure, t.numerator, t.denominator,
        t.numerator is not null and t.reason is not null as is_partial,
        case
            when j.hidden = 'small' then 'fewer than ' || cast(cast(p.min_cell as integer) as varchar) || ' patients or events'
            when j.hidden = 'beside'
                then 'hidden beside a cell with fewer than ' || cast(cast(p.min_cell as integer) as varchar) || ' patients or events'
            when t.matured_share < p.matured_share then 'withheld: too little of the cohort has matured'
            when t.numerator is null then 'withheld: ' || t.reason
        end as hidden
    from cells_and_totals as t
    cross join parameters as p
    inner join judged as j
        on j.family = t.family and j.period_kind = t.period_kind and j.period = t.period and j.contract_id = t.contract_id
        and j.model = t.model
),

clinicians_of_each_cell as (
    select
        definition_id, provider_npi, contract_id, model, numerator, denominator, numerator as n_inside,
        denominator - numerator as n_outside, measured_on
    from measures.billable_encounters
    union all
    select
        definition_id, provider_npi, contract_id, model, numerator, denominator, numerator as n_inside,
        denominator - numerator as n_outside, measured_on
    from measures.missed_billing
),

billing as (
    select
        c.definition_id, cast(date_trunc('month', c.measured_on) as date) as period, c.contract_id, c.model,
        sum(c.numerator) as numerator, sum(c.denominator) as denominator, sum(c.n_inside) as n_inside,
        sum(c.n_outside) as n_outside, count(distinct case when c.denominator > 0 then c.provider_npi end) as n_clinicians
    from clinicians_of_each_cell as c
    group by c.definition_id, date_trunc('month', c.measured_on), c.contract_id, c.model
),

told as (
    select definition_id, period_kind, period, contract_id, model, measure, numerator, denominator, is_partial, hidden
    from panels
    union all
    select
        b.definition_id, 'month' as period_kind, b.period, b.contract_id, b.model, 'all' as measure, b.numerator, b.denominator,
        false as is_partial,
        case
            when b.numerator is null then 'withheld: immature'
            when b.n_clinicians < p.min_people then 'fewer than ' || cast(cast(p.min_people as integer) as varchar) || ' clinicians'
            when b.n_inside between 1 and p.min_cell - 1 or b.n_outside between 1 and p.min_cell - 1
                then 'fewer than ' || cast(cast(p.min_cell as integer) as varchar) || ' patients or events'
        end as hidden
    from billing as b
    cross join parameters as p
    union all
    select
        q.definition_id, 'period' as period_kind, q.measured_on as period, q.contract_id, q.model,
        q.measure || ' (' || q.measure_version || ')' as measure, q.numerator, q.denominator,
        false as is_partial,
        case
            when q.numerator between 0.0001 and p.min_cell - 0.0001
                or q.denominator - q.numerator between 0.0001 and p.min_cell - 0.0001
                or q.denominator between 0.0001 and p.min_cell - 0.0001
                then 'fewer than ' || cast(cast(p.min_cell as integer) as varchar) || ' patients or events'
        end as hidden
    from measures.contract_quality as q
    cross join parameters as p
    where q.definition_id <> 'contract_quality.targets_met'
    union all
    select
        definition_id, 'quarter' as period_kind, measured_on as period, contract_id, model, 'all' as measure, numerator, denominator,
        false as is_partial, case when numerator is null then 'withheld: ' || reason end as hidden
    from measures.skimping_guard
),

told_or_not_available as (
    select
        t.definition_id, t.period_kind, t.period, t.contract_id, t.model, t.measure, t.numerator, t.denominator, t.is_partial,
        case when not a.is_available then a.availability else t.hidden end as hidden
    from told as t
    left join measures.availability as a on a.definition_id = t.definition_id
),

guarded as (
    -- whatever the reason for which a single contract is withheld: beside the total it could be found by subtraction
    select
        definition_id, period_kind, period, contract_id, model, measure, numerator, denominator, is_partial,
        case
            when
                contract_id = 'all' and hidden is null
                and count(*) filter (where contract_id <> 'all' and hidden is not null) over (
                    partition by definition_id, period_kind, period
                ) = 1
                then 'hidden beside a single withheld contract'
            else hidden
        end as hidden
    from told_or_not_available
)

select
    t.definition_id as definition_id,  -- definition of the metric
    t.period_kind as period_kind,  -- month or quarter; period as the contract has it
    t.period as period,  -- its first day
    t.contract_id as contract_id,  -- contract; all for the total, unknown where none is known
    t.model as model,  -- payment model: fee_for_service, value_based or capitation, chassis+value where there are two; all for the total
    t.measure as measure,  -- the contract's measure and its version; all where the definition is the measure
    case when t.hidden is null then cast(t.numerator as decimal(38, 4)) end as numerator,  -- sum of the numerators, in the unit of the definition; null where withheld
    case when t.hidden is null then cast(t.denominator as decimal(38, 4)) end as denominator,  -- sum of the denominators; null where withheld
    case when t.hidden is null then cast(t.numerator as double) / nullif(cast(t.denominator as double), 0) end as value,  -- numerator over denominator
    t.hidden is not null as is_withheld,  -- whether the numbers are withheld
    coalesce(t.hidden, case when coalesce(t.denominator, 0) = 0 then 'nothing to divide by' end) as reason,  -- why there is no value; null where there is one
    case
        when t.definition_id like 'readmission_rate.%' and t.is_partial then 'not adjusted for risk; some months are withheld'
        when t.definition_id like 'readmission_rate.%' then 'not adjusted for risk'
        when t.is_partial then 'some months or contracts are withheld'
        when t.model like '%capitation%'
            and (t.definition_id like 'services_per_member_month.%' or t.definition_id like 'billable_encounter_rate.%')
            then 'capitated: more services are no aim'
    end as note  -- what has to be known to read it; null where nothing
from guarded as t
