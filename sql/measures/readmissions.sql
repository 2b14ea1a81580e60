-- One row per contract and month of discharge: of the index stays, those followed by an unplanned acute stay within 30 days. It
-- is not adjusted for risk. The first acute stay after the discharge decides: where that was planned, there is no
-- readmission. A readmission can itself be an index stay. Which stays count stands in ledger.readmission_rules.
-- Stays whose 30 days are not over by the contract's last discharge known are left out, and a month is withheld until enough
-- of its stays are past that.
-- grain: definition_id, contract_id, measured_on
-- slice: all
-- restated by: ledger.stays
-- restated by: ledger.contract_months
-- restated by: ledger.panel_members
-- restated by: ledger.readmission_rules
-- restated by: ledger.parameters
with wanted as (
    select value as share
    from ledger.parameters
    where name = 'matured_share'
),

last_day_of_each_contract as (
    select contract_id, max(discharged_on) as day
    from ledger.stays
    group by contract_id
),

-- What a rule says of every stay, as a readmission.
kinds_that_are_no_readmission as (
    select code as kind, effective_from, effective_to
    from ledger.readmission_rules
    where applies_to = 'readmission' and field = 'kind'
),

acute_stays_in_order as (
    select
        s.stay_id, s.contract_id, s.person_key, s.admitted_on, s.is_planned,
        row_number() over (partition by s.contract_id, s.person_key order by s.admitted_on, s.stay_id) as place
    from ledger.stays as s
    left join kinds_that_are_no_readmission as k
        on k.kind = s.kind and s.discharged_on >= k.effective_from
        and (k.effective_to is null or s.discharged_on <= k.effective_to)
    where k.kind is null
),

stays_and_the_next_acute_one as (
    select
        s.stay_id, s.contract_id, s.person_key, s.kind, s.disposition, s.discharged_on, n.is_planned as next_is_planned,
        date_diff('day', s.discharged_on, n.admitted_on) as days_until_next,
        case when r.n_members > 0 and m.person_key is null then 'left' else 'stayed' end as panel
    from ledger.stays as s
    left join acute_stays_in_order as o on o.stay_id = s.stay_id
    left join acute_stays_in_order as n
        on n.contract_id = o.contract_id and n.person_key = o.person_key and n.place = o.place + 1
    left join ledger.contract_months as r
        on r.contract_id = s.contract_id and r.month = date_trunc('month', s.discharged_on + interval '30 days')
    left join ledger.panel_members as m
        on m.contract_id = s.contract_id and m.person_key = s.person_key
        and m.month = date_trunc('month', s.discharged_on + interval '30 days')
),

stays_and_their_exclusions as (
    select s.stay_id, max(x.reason) as excluded_for
    from stays_and_the_next_acute_one as s
    inner join ledger.readmission_rules as x
        on x.applies_to = 'index' and s.discharged_on >= x.effective_from
        and (x.effective_to is null or s.discharged_on <= x.effective_to)
        and (
            (x.field = 'kind' and x.code = s.kind) or (x.field = 'disposition' and x.code = s.disposition)
            or (x.field = 'panel' and x.code = s.panel)
        )
    group by s.stay_id
),

planned_stays_are_no_readmission as (
    select min(effective_from) as effective_from
    from ledger.readmission_rules
    where applies_to = 'readmission' and field = 'planned' and code = 'true'
),

index_stays as (
    select
        s.contract_id, cast(date_trunc('month', s.discharged_on) as date) as month,
        date_diff('day', s.discharged_on, l.day) >= 30 as is_matured,
        coalesce(s.days_until_next between 0 and 30, false)
            and not (s.next_is_planned and coalesce(s.discharged_on >= p.effective_from, false)) as is_readmitted
    from stays_and_the_next_acute_one as s
    inner join last_day_of_each_contract as l on l.contract_id = s.contract_id
    cross join planned_stays_are_no_readmission as p
    left join stays_and_their_exclusions as x on x.stay_id = s.stay_id
    where x.stay_id is null
),

months as (
    select
        contract_id, month, count(*) as n_cohort, count(*) filter (where is_matured) as n_matured,
        count(*) filter (where is_matured and is_readmitted) as n_readmitted
    from index_stays
    group by contract_id, month
),

months_shown_or_withheld as (
    select
        m.contract_id, m.month, m.n_cohort, m.n_matured, m.n_readmitted, coalesce(c.model, 'unknown') as model,
        coalesce(c.n_members, 0) as n_members, m.n_matured >= w.share * m.n_cohort as is_shown
    from months as m
    cross join wanted as w
    left join ledger.contract_months as c on c.contract_id = m.contract_id and c.month = m.month
)

select
    'readmission_rate.unplanned_30_days' as definition_id,  -- which definition
    contract_id,  -- contract
    model,  -- payment model, as in ledger.contract_months; unknown without a roster or payment of the month
    cast(case when is_shown then n_readmitted end as decimal(18, 4)) as numerator,  -- index stays followed by an unplanned one; null while withheld
    cast(case when is_shown then n_matured end as decimal(18, 4)) as denominator,  -- index stays; null while withheld
    case when is_shown then cast(n_readmitted as double) / nullif(cast(n_matured as double), 0) end as value,  -- share, unadjusted
    false as is_risk_adjusted,  -- always false: compare panels of unlike risk with care
    n_cohort,  -- index stays, those whose 30 days are not over among them
    cast(n_matured as double) / nullif(cast(n_cohort as double), 0) as matured_share,  -- share of them whose 30 days are over
    cast(case when is_shown then n_readmitted end as bigint) as n_inside,  -- stays in the numerator, by which small cells are withheld
    cast(case when is_shown then n_matured - n_readmitted end as bigint) as n_outside,  -- what is left of the whole
    cast(n_members as bigint) as n_panel,  -- members of the month
    case when not is_shown then 'immature' end as reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month of discharge
from months_shown_or_withheld
