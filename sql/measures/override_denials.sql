-- One row per person, role, payer, edit, complexity and day of override: warnings overridden, and of those the ones whose
-- claim was denied. The overrides of a day are one cohort; as long as too few of its claims were judged, its numbers are
-- withheld. Overrides whose claim is still awaited are counted in n_cohort and are neither right nor wrong.
-- grain: definition_id, staff_id, role, payer_id, edit_code, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.overrides.overridden_on
-- restated by: ledger.staff_roles.staff_id via staff_id
-- restated by: ledger.parameters
with overrides as (
    select
        o.staff_id, coalesce(r.role, 'unknown') as role, o.payer_id, o.edit_code, o.complexity, o.overridden_on,
        o.first_adjudicated_on, o.is_denied
    from ledger.overrides as o
    left join ledger.staff_roles as r
        on r.staff_id = o.staff_id and o.overridden_on >= r.valid_from
        and (r.valid_to is null or o.overridden_on <= r.valid_to)
    where o.overridden_on between $from and $to and not o.is_out_of_scope
),

cohorts as (
    select overridden_on, count(*) as n, count(first_adjudicated_on) as n_judged
    from overrides
    group by overridden_on
),

people as (
    select
        staff_id, role, payer_id, edit_code, complexity, overridden_on,
        count(*) as n, count(first_adjudicated_on) as n_judged, count(*) filter (where is_denied) as n_denied
    from overrides
    group by staff_id, role, payer_id, edit_code, complexity, overridden_on
),

judged as (
    select
        p.staff_id, p.role, p.payer_id, p.edit_code, p.complexity, p.overridden_on, p.n, p.n_judged, p.n_denied,
        cast(c.n_judged as double) / c.n as matured_share,
        c.n_judged >= c.n * (select m.value from ledger.parameters as m where m.name = 'matured_share') as is_mature
    from people as p
    inner join cohorts as c on c.overridden_on = p.overridden_on
)

select
    'override_denials.share' as definition_id,  -- which definition
    staff_id,  -- who overrode
    role,  -- billing role held that day; unknown if the roster does not say
    payer_id,  -- payer first billed
    edit_code,  -- the warning
    complexity,  -- of the claim
    cast(case when is_mature then n_denied end as decimal(18, 4)) as numerator,  -- overrides whose claim was denied; null while the cohort is immature
    cast(case when is_mature then n_judged end as decimal(18, 4)) as denominator,  -- overrides whose claim was judged; null while the cohort is immature
    case when is_mature then cast(n_denied as double) / nullif(n_judged, 0) end as value,  -- share; null while the cohort is immature
    cast(n as bigint) as n_cohort,  -- overrides, judged or not
    matured_share,  -- share of the day's overrides, of everybody, whose claim was judged
    case when not is_mature then 'too few claims of the day are judged' end as reason,  -- why the numbers are withheld
    overridden_on as measured_on  -- day of the override
from judged
