-- One row per definition, contract and month: visits to emergency departments, admissions, intensive care and services of a
-- panel's members, per 1,000 members and year or per member and month. Members count as the part of the month that they were
-- members; only those of the month's roster count in the numerator. A stay belongs to the month in which it began.
-- A month is shown once the feed has gone past it, and not before the feed began, since silence is not zero. The office's own
-- visits are dense enough to tell more: a month counts only where they are known from its first working day on.
-- grain: definition_id, contract_id, measured_on
-- slice: all
-- restated by: ledger.contract_months
-- restated by: ledger.panel_members
-- restated by: ledger.stays
-- restated by: intake.ed_visits
-- restated by: ledger.visits
-- restated by: ledger.covered_months
with last_delivery_of_each_ed_visit as (
    select contract_id, person_key, coalesce(is_admitted, false) as is_admitted, visited_on
    from intake.ed_visits
    qualify row_number() over (partition by ed_visit_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

-- How far the feed of each contract's payer reaches.
reach_of_ed_visits as (
    select contract_id, min(date_trunc('month', visited_on)) as from_month, max(date_trunc('month', visited_on)) as to_month
    from last_delivery_of_each_ed_visit
    group by contract_id
),

reach_of_stays as (
    select
        contract_id, min(date_trunc('month', admitted_on)) as from_month, max(date_trunc('month', discharged_on)) as to_month
    from ledger.stays
    group by contract_id
),

ed_visits_of_members as (
    select
        m.contract_id, m.month, count(*) filter (where e.is_admitted) as n_admitted,
        count(*) filter (where not e.is_admitted) as n_released
    from last_delivery_of_each_ed_visit as e
    inner join ledger.panel_members as m
        on m.contract_id = e.contract_id and m.person_key = e.person_key and m.month = date_trunc('month', e.visited_on)
    group by m.contract_id, m.month
),

acute_stays_of_members as (
    select m.contract_id, m.month, count(*) as n_stays, count(*) filter (where s.is_icu) as n_icu
    from ledger.stays as s
    inner join ledger.panel_members as m
        on m.contract_id = s.contract_id and m.person_key = s.person_key and m.month = date_trunc('month', s.admitted_on)
    where s.kind = 'acute'
    group by m.contract_id, m.month
),

services_of_members as (
    select m.contract_id, m.month, count(*) as n_services
    from ledger.visits as v
    inner join ledger.panel_members as m on m.person_key = v.person_key and m.month = date_trunc('month', v.visit_date)
    where v.status = 'completed'
    group by m.contract_id, m.month
),

panels as (
    select
        p.contract_id, p.model, p.month, p.n_members, p.member_months,
        coalesce(e.n_admitted, 0) as n_admitted, coalesce(e.n_released, 0) as n_released,
        coalesce(s.n_stays, 0) as n_stays, coalesce(s.n_icu, 0) as n_icu, coalesce(v.n_services, 0) as n_services,
        case
            when not coalesce(p.month >= re.from_month and p.month < re.to_month, false) then 'the feed does not reach past the month'
        end as reason_of_ed_visits,
        case
            when not coalesce(p.month >= rs.from_month and p.month < rs.to_month, false) then 'the feed does not reach past the month'
        end as reason_of_stays,
        case when not coalesce(c.is_covered, false) then coalesce(c.reason, 'the feed does not reach the month') end as reason_of_services
    from ledger.contract_months as p
    left join ledger.covered_months as c on c.feed = 'visits' and c.month = p.month
    left join reach_of_ed_visits as re on re.contract_id = p.contract_id
    left join reach_of_stays as rs on rs.contract_id = p.contract_id
    left join ed_visits_of_members as e on e.contract_id = p.contract_id and e.month = p.month
    left join acute_stays_of_members as s on s.contract_id = p.contract_id and s.month = p.month
    left join services_of_members as v on v.contract_id = p.contract_id and v.month = p.month
    where p.n_members > 0
),

variants as (
    select
        'ed_visits.treat_and_release_per_1000' as definition_id, contract_id, model, month, n_members, reason_of_ed_visits as reason,
        n_released as n_inside, null as n_outside, 12000 * n_released as numerator, member_months as denominator
    from panels
    union all
    select
        'ed_visits.admitted_per_1000' as definition_id, contract_id, model, month, n_members, reason_of_ed_visits as reason,
        n_admitted as n_inside, null as n_outside, 12000 * n_admitted as numerator, member_months as denominator
    from panels
    union all
    select
        'admissions.acute_per_1000' as definition_id, contract_id, model, month, n_members, reason_of_stays as reason,
        n_stays as n_inside, null as n_outside, 12000 * n_stays as numerator, member_months as denominator
    from panels
    union all
    select
        'icu_admissions.per_1000' as definition_id, contract_id, model, month, n_members, reason_of_stays as reason,
        n_icu as n_inside, n_stays - n_icu as n_outside, 12000 * n_icu as numerator, member_months as denominator
    from panels
    union all
    select
        'icu_admissions.share' as definition_id, contract_id, model, month, n_members, reason_of_stays as reason,
        n_icu as n_inside, n_stays - n_icu as n_outside, n_icu as numerator, n_stays as denominator
    from panels
    union all
    select
        'services_per_member_month.completed' as definition_id, contract_id, model, month, n_members, reason_of_services as reason,
        n_services as n_inside, null as n_outside, n_services as numerator, member_months as denominator
    from panels
)

select
    definition_id,  -- which definition
    contract_id,  -- contract
    model,  -- payment model, as in ledger.contract_months
    cast(case when reason is null then numerator end as decimal(18, 4)) as numerator,  -- events, times 12,000 where it is per 1,000 and year; null while withheld
    cast(case when reason is null then denominator end as decimal(18, 4)) as denominator,  -- member-months, or acute stays; null while withheld
    case when reason is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- rate or share
    cast(case when reason is null then n_inside end as bigint) as n_inside,  -- events in the numerator, by which small cells are withheld
    cast(case when reason is null then n_outside end as bigint) as n_outside,  -- of a share, what is left of the whole
    cast(n_members as bigint) as n_panel,  -- members of the month
    reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month
from variants
