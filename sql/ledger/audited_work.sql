-- One row per audit, dated and graded like the work that it looked at: the person's last finish of the item before it.
-- Codes or points reviewed are units each; a root cause or a rubric score is one unit, right when the auditor confirms it
-- or from rubric_pass on. Where several auditors looked at the same work, the first one counts: the others say how far auditors agree.
-- grain: audit_id
-- slice: audited_on
-- restated by: intake.audits.event_date and 120 days after
-- restated by: ledger.touches.item_id via item_id
-- restated by: ledger.parameters
with latest_delivery_of_each_audit as (
    select
        audit_id, item_type, item_id, staff_id, auditor_id, n_reviewed, n_correct, assigned_category, audited_category, score,
        audited_at, event_date
    from intake.audits
    where event_date between $from and $to
    qualify row_number() over (partition by audit_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

first_audits_of_their_item as (
    select
        a.audit_id, a.item_type, a.item_id, a.staff_id, a.n_reviewed, a.n_correct, a.assigned_category, a.audited_category,
        a.score, a.event_date
    from latest_delivery_of_each_audit as a
    where not exists (
        select 1
        from intake.audits as b
        where
            b.item_id = a.item_id and b.item_type = a.item_type and b.staff_id = a.staff_id
            and b.event_date >= $from - interval '120 days' and b.event_date <= $to
            and b.event_date >= a.event_date - interval '120 days'
            and b.auditor_id is distinct from a.auditor_id
            and (b.n_reviewed is null) = (a.n_reviewed is null) and (b.audited_category is null) = (a.audited_category is null)
            and (b.audited_at < a.audited_at or (b.audited_at = a.audited_at and b.audit_id < a.audit_id))
    )
),

limits as (
    select value as rubric_pass
    from ledger.parameters
    where name = 'rubric_pass'
),

audits_with_the_finish_before as (
    select
        a.audit_id, a.item_type, a.item_id, a.staff_id, a.event_date, t.role, t.complexity, t.worked_on,
        case
            when a.n_reviewed > 0 then a.n_reviewed
            when a.audited_category is not null or a.score is not null then 1
            else 0
        end as n_units,
        case
            when a.n_reviewed > 0 then case when a.n_correct > a.n_reviewed then a.n_reviewed else coalesce(a.n_correct, 0) end
            when a.audited_category is not null then case when a.assigned_category = a.audited_category then 1 else 0 end
            when a.score >= l.rubric_pass then 1
            else 0
        end as n_right
    from first_audits_of_their_item as a
    cross join limits as l
    left join ledger.touches as t
        on t.staff_id = a.staff_id and t.item_id = a.item_id and t.is_completed
        and (t.item_type = a.item_type or a.item_type = 'note')
        and t.worked_on >= $from - interval '120 days' and t.worked_on <= $to
        and t.worked_on <= a.event_date and t.worked_on >= a.event_date - interval '120 days'
    qualify row_number() over (partition by a.audit_id order by t.ended_at desc nulls last, t.touch_id) = 1
)

select
    audit_id,  -- number of the audit
    staff_id,  -- whose work it is
    item_type,  -- encounter, denial or note
    item_id,  -- what was audited
    role,  -- role in which the item was finished; null where no finish was found in the 120 days before
    complexity,  -- complexity of the item, as of its touch
    worked_on,  -- day on which it was finished
    cast(n_units as bigint) as n_units,  -- units checked; 0 where the audit says nothing
    cast(n_right as bigint) as n_right,  -- of those right
    event_date as audited_on  -- day of the audit
from audits_with_the_finish_before
