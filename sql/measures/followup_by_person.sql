-- One row per definition, person, role, complexity and day: the person's follow-up touches for every 30 days that an
-- account assigned to them was open, by kind, and the premature share of them. Without assignments the intensity has no
-- denominator; the share needs none.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.followups.worked_on
-- restated by: ledger.assigned_accounts.day
-- restated by: ledger.staff_roles
with followups_of_each_day as (
    select
        staff_id, role, complexity, worked_on,
        count(*) as n_all,
        count(*) filter (where kind = 'proactive') as n_proactive,
        count(*) filter (where kind = 'premature') as n_premature,
        count(*) filter (where kind = 'inbound') as n_inbound
    from ledger.followups
    where worked_on between $from and $to
    group by staff_id, role, complexity, worked_on
),

assigned_accounts_of_each_day as (
    select a.staff_id, r.role, a.complexity, a.day, a.n_open
    from ledger.assigned_accounts as a
    inner join ledger.staff_roles as r
        on r.staff_id = a.staff_id and a.day >= r.valid_from and (r.valid_to is null or a.day <= r.valid_to)
    where a.day between $from and $to and r.role in ('ar_follow_up', 'denial_management')
),

people_and_days as (
    select
        coalesce(f.staff_id, a.staff_id) as staff_id, coalesce(f.role, a.role) as role,
        coalesce(f.complexity, a.complexity) as complexity, coalesce(f.worked_on, a.day) as measured_on,
        coalesce(f.n_all, 0) as n_all, coalesce(f.n_proactive, 0) as n_proactive,
        coalesce(f.n_premature, 0) as n_premature, coalesce(f.n_inbound, 0) as n_inbound,
        coalesce(a.n_open, 0) / 30.0 as open_months
    from followups_of_each_day as f
    full outer join assigned_accounts_of_each_day as a
        on a.staff_id = f.staff_id and a.role = f.role and a.complexity = f.complexity and a.day = f.worked_on
),

measures as (
    select
        'followup_intensity_by_person.all' as definition_id, staff_id, role, complexity, measured_on,
        n_all as numerator, open_months as denominator
    from people_and_days
    union all
    select
        'followup_intensity_by_person.proactive' as definition_id, staff_id, role, complexity, measured_on,
        n_proactive as numerator, open_months as denominator
    from people_and_days
    union all
    select
        'followup_intensity_by_person.premature' as definition_id, staff_id, role, complexity, measured_on,
        n_premature as numerator, open_months as denominator
    from people_and_days
    union all
    select
        'followup_intensity_by_person.inbound' as definition_id, staff_id, role, complexity, measured_on,
        n_inbound as numerator, open_months as denominator
    from people_and_days
    union all
    select
        'premature_followup_share' as definition_id, staff_id, role, complexity, measured_on,
        n_premature as numerator, n_all as denominator
    from people_and_days
    where n_all > 0
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    complexity,  -- complexity of the accounts
    cast(numerator as decimal(18, 4)) as numerator,  -- follow-up touches of the kind
    cast(denominator as decimal(18, 4)) as denominator,  -- days of assigned open accounts, in thirties; or follow-up touches
    cast(numerator as double) / nullif(cast(cast(denominator as decimal(18, 4)) as double), 0) as value,  -- touches per 30 assigned account-days, or share
    measured_on  -- day
from measures
