-- One row per claim adjustment reason code and period: our own short category, and whether the code denies.
-- Codes only: the texts of the code list are licensed, load your own. An absent code is category 'unmapped' and denies.
-- Reductions and patient shares never deny; 18 (duplicate) is kept apart, as the field's denial rate leaves it out.
-- grain: carc, effective_from
-- slice: all
with code_categories (carc, category, is_denial, effective_from) as (
    values
    ('1', 'patient_responsibility', false, date '1995-01-01'),
    ('2', 'patient_responsibility', false, date '1995-01-01'),
    ('3', 'patient_responsibility', false, date '1995-01-01'),
    ('45', 'contractual', false, date '1995-01-01'),
    ('253', 'contractual', false, date '1995-01-01'),
    ('23', 'contractual', false, date '1995-01-01'),
    ('94', 'contractual', false, date '1995-01-01'),
    ('24', 'contractual', false, date '1995-01-01'),
    ('59', 'contractual', false, date '1995-01-01'),
    ('131', 'contractual', false, date '1995-01-01'),
    ('144', 'contractual', false, date '1995-01-01'),
    ('18', 'duplicate', false, date '1995-01-01'),
    ('26', 'eligibility', true, date '1995-01-01'),
    ('27', 'eligibility', true, date '1995-01-01'),
    ('31', 'eligibility', true, date '1995-01-01'),
    ('32', 'eligibility', true, date '1995-01-01'),
    ('33', 'eligibility', true, date '1995-01-01'),
    ('177', 'eligibility', true, date '1995-01-01'),
    ('22', 'coordination_of_benefits', true, date '1995-01-01'),
    ('109', 'coordination_of_benefits', true, date '1995-01-01'),
    ('15', 'authorisation', true, date '1995-01-01'),
    ('197', 'authorisation', true, date '1995-01-01'),
    ('198', 'authorisation', true, date '1995-01-01'),
    ('50', 'medical_necessity', true, date '1995-01-01'),
    ('55', 'medical_necessity', true, date '1995-01-01'),
    ('56', 'medical_necessity', true, date '1995-01-01'),
    ('4', 'coding', true, date '1995-01-01'),
    ('6', 'coding', true, date '1995-01-01'),
    ('9', 'coding', true, date '1995-01-01'),
    ('11', 'coding', true, date '1995-01-01'),
    ('97', 'coding', true, date '1995-01-01'),
    ('181', 'coding', true, date '1995-01-01'),
    ('182', 'coding', true, date '1995-01-01'),
    ('236', 'coding', true, date '1995-01-01'),
    ('16', 'missing_information', true, date '1995-01-01'),
    ('125', 'missing_information', true, date '1995-01-01'),
    ('206', 'missing_information', true, date '1995-01-01'),
    ('29', 'timely_filing', true, date '1995-01-01'),
    ('226', 'documentation', true, date '1995-01-01'),
    ('252', 'documentation', true, date '1995-01-01'),
    ('96', 'non_covered', true, date '1995-01-01'),
    ('119', 'non_covered', true, date '1995-01-01'),
    ('204', 'non_covered', true, date '1995-01-01'),
    ('B7', 'credentialing', true, date '1995-01-01'),
    ('185', 'credentialing', true, date '1995-01-01'),
    ('242', 'credentialing', true, date '1995-01-01')
)

select
    carc,  -- claim adjustment reason code
    category,  -- root cause
    is_denial,  -- whether an unpaid line that carries the code is denied
    effective_from,  -- first day on which this row holds
    cast(
        lead(effective_from) over (partition by carc order by effective_from) - interval '1 day' as date
    ) as effective_to  -- last day; null while it holds
from code_categories
