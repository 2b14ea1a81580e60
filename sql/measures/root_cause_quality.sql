-- One row per definition, person, role, complexity and day: root causes that auditors confirmed, on the day of the audit, and
-- denials worked without a root cause that we know, on the day of the first work.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.audit_findings.audited_on
-- restated by: ledger.denial_cases.first_worked_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with findings as (
    select
        staff_id, role, complexity, audited_on,
        count(*) filter (where assigned_category = audited_category) as n_right, count(*) as n_audited
    from ledger.audit_findings
    where
        audited_on between $from and $to and item_type = 'denial' and audited_category is not null and staff_id is not null
    group by staff_id, role, complexity, audited_on
),

denials_worked as (
    select
        d.assigned_to, coalesce(r.role, 'unknown') as role, d.first_worked_on,
        count(*) filter (where not d.is_mapped) as n_unmapped, count(*) as n_worked
    from ledger.denial_cases as d
    left join ledger.staff_roles as r
        on r.staff_id = d.assigned_to and d.first_worked_on >= r.valid_from
        and (r.valid_to is null or d.first_worked_on <= r.valid_to)
    where d.first_worked_on between $from and $to and d.assigned_to is not null
    group by d.assigned_to, coalesce(r.role, 'unknown'), d.first_worked_on
),

both_shares as (
    select
        'root_cause_accuracy' as definition_id, staff_id, role, complexity, audited_on as measured_on,
        n_right as numerator, n_audited as denominator
    from findings
    union all
    select
        'unmapped_root_cause_share' as definition_id, assigned_to as staff_id, role, 'medium' as complexity,
        first_worked_on as measured_on, n_unmapped as numerator, n_worked as denominator
    from denials_worked
)

select
    definition_id,  -- which definition
    staff_id,  -- whose root cause it is: who worked the denial, or who owns it
    role,  -- billing role in which it was done
    complexity,  -- complexity of the claim; medium for the share without a root cause, which is not split
    cast(numerator as decimal(18, 4)) as numerator,  -- root causes confirmed, or denials without one that we know
    cast(denominator as decimal(18, 4)) as denominator,  -- root causes audited, or denials worked
    cast(numerator as double) / nullif(denominator, 0) as value,  -- share
    measured_on  -- day of the audit, or of the first work
from both_shares
