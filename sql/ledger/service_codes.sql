-- One row per tag of a visit and procedure code that bills what the tag documents: advance care planning, chronic care
-- management, complex chronic care management, transitional care management. Codes only, without descriptors.
-- A visit's code is looked for on the day of the visit, a month's on any claim of the person in that month, and
-- transitional care within the 30 days after the visit. An add-on alone does not bill the service.
-- grain: tag, procedure_code, effective_from
-- slice: all
with codes (tag, procedure_code, is_add_on, billed_per, version, effective_from) as (
    values
    ('acp', '99497', false, 'visit', 1, date '2016-01-01'),
    ('acp', '99498', true, 'visit', 1, date '2016-01-01'),
    ('ccm', '99490', false, 'month', 1, date '2015-01-01'),
    ('ccm', '99439', true, 'month', 1, date '2021-01-01'),
    ('complex_ccm', '99487', false, 'month', 1, date '2017-01-01'),
    ('complex_ccm', '99489', true, 'month', 1, date '2017-01-01'),
    ('tcm', '99495', false, '30_days', 1, date '2013-01-01'),
    ('tcm', '99496', false, '30_days', 1, date '2013-01-01')
)

select
    tag,  -- acp, ccm, complex_ccm or tcm, as visits are tagged
    procedure_code,  -- HCPCS code
    is_add_on,  -- whether it is billed beside another code only
    billed_per,  -- visit, month or 30_days: where it is looked for
    cast(version as bigint) as version,  -- version of the table
    effective_from,  -- first day of service for which it holds
    cast(
        lead(effective_from) over (partition by tag, procedure_code order by effective_from) - interval '1 day' as date
    ) as effective_to  -- last day; null while it holds
from codes
