-- One row per definition, contract and month: how much of a panel has a risk tier, how much of that is high, and how many of the
-- high were seen in the month. A person's tier is the last one assigned by the end of the month. Seen is a completed
-- visit; calls are not delivered by person. Contacts of a month are shown where the feed of visits covers the whole of it.
-- grain: definition_id, contract_id, measured_on
-- slice: all
-- restated by: ledger.contract_months
-- restated by: ledger.panel_members
-- restated by: intake.risk_tiers
-- restated by: ledger.visits
-- restated by: ledger.covered_months
with latest_delivery_of_each_assignment as (
    select contract_id, person_key, tier, assigned_on
    from intake.risk_tiers
    qualify row_number() over (
        partition by contract_id, person_key, assigned_on order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

first_assignment_of_each_contract as (
    select contract_id, min(date_trunc('month', assigned_on)) as from_month
    from latest_delivery_of_each_assignment
    group by contract_id
),

people_seen as (
    select distinct person_key, cast(date_trunc('month', visit_date) as date) as month
    from ledger.visits
    where status = 'completed'
),

members_and_their_tier as (
    select m.contract_id, m.person_key, m.month, t.tier
    from ledger.panel_members as m
    inner join first_assignment_of_each_contract as f on f.contract_id = m.contract_id and m.month >= f.from_month
    left join latest_delivery_of_each_assignment as t
        on t.contract_id = m.contract_id and t.person_key = m.person_key
        and t.assigned_on < m.month + interval '1 month'
    qualify row_number() over (
        partition by m.contract_id, m.person_key, m.month order by t.assigned_on desc nulls last
    ) = 1
),

panels as (
    select
        m.contract_id, m.month, count(*) as n_members, count(m.tier) as n_tiered,
        count(*) filter (where m.tier = 'high') as n_high,
        count(*) filter (where m.tier = 'high' and s.person_key is not null) as n_seen
    from members_and_their_tier as m
    left join people_seen as s on s.person_key = m.person_key and s.month = m.month
    group by m.contract_id, m.month
),

panels_and_their_model as (
    select
        p.contract_id, c.model, p.month, p.n_members, p.n_tiered, p.n_high, p.n_seen,
        case when not coalesce(v.is_covered, false) then coalesce(v.reason, 'the feed does not reach the month') end as reason_of_visits
    from panels as p
    inner join ledger.contract_months as c on c.contract_id = p.contract_id and c.month = p.month
    left join ledger.covered_months as v on v.feed = 'visits' and v.month = p.month
),

variants as (
    select
        'risk_stratified.panel' as definition_id, contract_id, model, month, n_members, n_tiered as numerator,
        n_members as denominator, null as reason
    from panels_and_their_model
    union all
    select
        'high_risk_identified.stratified' as definition_id, contract_id, model, month, n_members, n_high as numerator,
        n_tiered as denominator, null as reason
    from panels_and_their_model
    union all
    select
        'high_risk_contacted.month' as definition_id, contract_id, model, month, n_members, n_seen as numerator,
        n_high as denominator, reason_of_visits as reason
    from panels_and_their_model
)

select
    definition_id,  -- which definition
    contract_id,  -- contract
    model,  -- payment model, as in ledger.contract_months
    cast(case when reason is null then numerator end as decimal(18, 4)) as numerator,  -- members with a tier, at high risk, or of those seen; null while withheld
    cast(case when reason is null then denominator end as decimal(18, 4)) as denominator,  -- members, those with a tier, or those at high risk; null while withheld
    case when reason is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- share
    cast(case when reason is null then numerator end as bigint) as n_inside,  -- people in the numerator, by which small cells are withheld
    cast(case when reason is null then denominator - numerator end as bigint) as n_outside,  -- people left of the whole
    cast(n_members as bigint) as n_panel,  -- members of the month
    reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month
from variants
