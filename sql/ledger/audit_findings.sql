-- One row per audit of a root cause or a note: what was found, by whom, and in which role and complexity the work was done.
-- A note passes from rubric_pass on. Role and complexity are those of the work that the audit looked at, where it was found;
-- else the role that the person held on the day of the audit, and medium.
-- grain: audit_id
-- slice: audited_on
-- restated by: intake.audits.event_date
-- restated by: ledger.audited_work.audited_on
-- restated by: ledger.staff_roles.staff_id via staff_id
-- restated by: ledger.parameters
with limits as (
    select value as rubric_pass from ledger.parameters where name = 'rubric_pass'
),

latest_delivery_of_each_audit as (
    select
        audit_id, item_type, item_id, staff_id, auditor_id, audited_at, assigned_category, audited_category, score,
        rubric_version, event_date
    from intake.audits
    where event_date between $from and $to and (audited_category is not null or score is not null)
    qualify row_number() over (partition by audit_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
)

select
    a.audit_id,  -- number of the audit
    a.item_type,  -- encounter, denial or note
    a.item_id,  -- what was audited
    a.staff_id,  -- whose work it is
    coalesce(w.role, r.role, 'unknown') as role,  -- role in which it was done
    coalesce(w.complexity, 'medium') as complexity,  -- complexity of the item; medium while unknown
    a.auditor_id,  -- who audited
    a.audited_at,  -- when
    coalesce(lower(trim(a.assigned_category)), 'none') as assigned_category,  -- root cause as assigned; none where there is none
    lower(trim(a.audited_category)) as audited_category,  -- root cause as audited; null where none was asked
    a.score,  -- rubric score, 0 to 100; null where none was given
    a.score >= l.rubric_pass as is_passed,  -- whether the score reaches rubric_pass; null without a score
    coalesce(a.rubric_version, 'unknown') as rubric_version,  -- version of the rubric; unknown where the audit does not say
    cast(date_trunc('month', a.event_date) as date) as audited_month,  -- first day of the month of the audit
    a.event_date as audited_on  -- day of the audit
from latest_delivery_of_each_audit as a
cross join limits as l
left join ledger.audited_work as w on w.audit_id = a.audit_id and w.audited_on = a.event_date and w.audited_on between $from and $to
left join ledger.staff_roles as r
    on r.staff_id = a.staff_id and a.event_date >= r.valid_from and (r.valid_to is null or a.event_date <= r.valid_to)
