-- One row per definition, person, role, complexity, rubric and day: what auditors thought of the person's notes, on the day of
-- the audit, and as a proxy whether the patient had to call again, on the day of the contact. A day of contacts is
-- withheld until repeat_contact_days have passed since. Scores of two rubrics stand in rows of their own.
-- grain: definition_id, staff_id, role, complexity, rubric_version, measured_on
-- slice: measured_on
-- restated by: ledger.audit_findings.audited_on
-- restated by: ledger.contacts.started_on
-- restated by: ledger.matured_days.day
-- restated by: ledger.parameters
with limits as (
    select cast(value as integer) as repeat_contact_days from ledger.parameters where name = 'repeat_contact_days'
),

scores as (
    select
        staff_id, role, complexity, rubric_version, audited_on as measured_on,
        sum(score) as score, count(*) filter (where is_passed) as n_passed, count(*) as n_notes
    from ledger.audit_findings
    where audited_on between $from and $to and item_type = 'note' and score is not null and staff_id is not null
    group by staff_id, role, complexity, rubric_version, audited_on
),

contacts as (
    select
        c.staff_id, c.role, c.complexity, c.started_on as measured_on,
        count(*) filter (
            where c.next_contact_on is null or c.next_contact_on > c.started_on + l.repeat_contact_days
        ) as n_without_repeat,
        count(*) as n_contacts
    from ledger.contacts as c
    cross join limits as l
    where c.started_on between $from and $to and not c.is_abandoned
    group by c.staff_id, c.role, c.complexity, c.started_on
),

three_views as (
    select
        'note_score' as definition_id, staff_id, role, complexity, rubric_version, measured_on, score as numerator,
        n_notes as denominator, n_notes as n_cohort, true as is_mature
    from scores
    union all
    select
        'note_pass_share' as definition_id, staff_id, role, complexity, rubric_version, measured_on, n_passed as numerator,
        n_notes as denominator, n_notes as n_cohort, true as is_mature
    from scores
    union all
    select
        'no_repeat_contact' as definition_id, c.staff_id, c.role, c.complexity, '' as rubric_version, c.measured_on,
        c.n_without_repeat as numerator, c.n_contacts as denominator, c.n_contacts as n_cohort, m.day is not null as is_mature
    from contacts as c
    left join ledger.matured_days as m on m.question = 'repeat_contact' and m.day = c.measured_on
)

select
    definition_id,  -- which definition
    staff_id,  -- whose notes, or who spoke
    role,  -- billing role in which it was done
    complexity,  -- complexity of the account; medium while unknown
    rubric_version,  -- version of the rubric; empty for contacts
    cast(case when is_mature then numerator end as decimal(18, 4)) as numerator,  -- sum of the scores, notes that passed, or contacts without a repeat
    cast(case when is_mature then denominator end as decimal(18, 4)) as denominator,  -- notes scored, or contacts
    case when is_mature then cast(numerator as double) / nullif(denominator, 0) end as value,  -- mean score or share; null while withheld
    cast(n_cohort as bigint) as n_cohort,  -- notes or contacts of the day
    cast(case when is_mature then 1 else 0 end as double) as matured_share,  -- share of them that is known: all or none
    case when not is_mature then 'immature' end as reason,  -- why it is withheld; null when it is not
    measured_on  -- day of the audit, or of the contact
from three_views
