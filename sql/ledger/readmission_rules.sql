-- One row per rule on what a readmission is: which stays are no index, and which stays are no readmission. Everything else that
-- is acute counts. The rule that held on the day of discharge is applied. The rate is not adjusted for risk; CMS's own measure
-- is, and decides what is planned from diagnoses and procedures, where here the feed says it.
-- grain: applies_to, field, code, effective_from
-- slice: all
with rules (applies_to, field, code, reason, version, effective_from) as (
    values
    ('index', 'disposition', 'died', 'died in the stay', 1, date '1995-01-01'),
    ('index', 'disposition', 'transfer', 'transferred out', 1, date '1995-01-01'),
    ('index', 'disposition', 'against_advice', 'left against advice', 1, date '1995-01-01'),
    ('index', 'kind', 'observation', 'no inpatient stay', 1, date '1995-01-01'),
    ('index', 'kind', 'psychiatric', 'psychiatric', 1, date '1995-01-01'),
    ('index', 'kind', 'rehab', 'rehabilitation', 1, date '1995-01-01'),
    ('index', 'kind', 'snf', 'skilled nursing', 1, date '1995-01-01'),
    ('index', 'kind', 'other', 'not acute', 1, date '1995-01-01'),
    ('index', 'panel', 'left', 'left the panel within 30 days', 1, date '1995-01-01'),
    ('readmission', 'planned', 'true', 'planned', 1, date '1995-01-01'),
    ('readmission', 'kind', 'observation', 'no inpatient stay', 1, date '1995-01-01'),
    ('readmission', 'kind', 'psychiatric', 'psychiatric', 1, date '1995-01-01'),
    ('readmission', 'kind', 'rehab', 'rehabilitation', 1, date '1995-01-01'),
    ('readmission', 'kind', 'snf', 'skilled nursing', 1, date '1995-01-01'),
    ('readmission', 'kind', 'other', 'not acute', 1, date '1995-01-01')
)

select
    applies_to,  -- index or readmission
    field,  -- what of the stay is looked at: kind, disposition, planned or panel
    code,  -- its value
    reason,  -- why such a stay is left out, in words
    cast(version as bigint) as version,  -- version of the rules
    effective_from,  -- first day of discharge for which it holds
    cast(
        lead(effective_from) over (partition by applies_to, field, code order by effective_from) - interval '1 day' as date
    ) as effective_to  -- last day; null while it holds
from rules
