-- One row per rule on what a denial is: a claim adjustment reason code (CARC), with or without the remark code (RARC) and the
-- group beside it, our own short name of the root cause, and whether an unpaid line that carries it is denied. The office's
-- own rules (feed denial_codes) stand before the built-in ones; of one origin the most specific wins: code, remark and
-- group, then code and remark, then code and group, then the code alone. A code without a rule is 'unmapped' and denies.
-- Codes only: the texts of the code lists are licensed, load your own. Reductions and patient shares never deny; 18
-- (duplicate) is kept apart, as the field's denial rate leaves it out. 16 means little without its remark.
-- grain: origin, carc, rarc, group_code, effective_from
-- slice: all
-- restated by: intake.denial_codes
with codes_and_their_causes (carc, category, is_denial, effective_from) as (
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
),

-- What 16 (information missing or wrong) means by the remark that names the piece of information.
causes_of_16_by_remark (rarc, category) as (
    values
    ('M20', 'coding'),
    ('M51', 'coding'),
    ('M64', 'coding'),
    ('M76', 'coding'),
    ('MA63', 'coding'),
    ('N56', 'coding'),
    ('N519', 'coding'),
    ('N822', 'coding'),
    ('N823', 'coding'),
    ('M62', 'authorisation'),
    ('N54', 'authorisation'),
    ('MA04', 'coordination_of_benefits'),
    ('MA92', 'coordination_of_benefits'),
    ('N4', 'coordination_of_benefits'),
    ('MA27', 'eligibility'),
    ('MA36', 'eligibility'),
    ('MA39', 'eligibility'),
    ('MA61', 'eligibility'),
    ('N329', 'eligibility'),
    ('N382', 'eligibility'),
    ('M60', 'documentation'),
    ('M127', 'documentation'),
    ('N26', 'documentation'),
    ('N29', 'documentation'),
    ('N225', 'documentation'),
    ('N706', 'documentation'),
    ('N77', 'credentialing'),
    ('N253', 'credentialing'),
    ('N257', 'credentialing'),
    ('N264', 'credentialing'),
    ('N265', 'credentialing'),
    ('N285', 'credentialing'),
    ('N286', 'credentialing'),
    ('N290', 'credentialing'),
    ('MA120', 'credentialing')
),

rules_of_the_office as (
    select
        carc, coalesce(rarc, '') as rarc, coalesce(group_code, '') as group_code, category, is_denial, effective_from, effective_to
    from intake.denial_codes
    qualify row_number() over (
        partition by carc, coalesce(rarc, ''), coalesce(group_code, ''), effective_from
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

rules as (
    select
        'built_in' as origin, carc, '' as rarc, '' as group_code, category, is_denial, effective_from,
        cast(null as date) as effective_to
    from codes_and_their_causes
    union all
    select
        'built_in' as origin, '16' as carc, rarc, '' as group_code, category, true as is_denial,
        date '1995-01-01' as effective_from, cast(null as date) as effective_to
    from causes_of_16_by_remark
    union all
    select 'office' as origin, carc, rarc, group_code, category, is_denial, effective_from, effective_to
    from rules_of_the_office
),

rules_with_the_next_start as (
    select
        origin, carc, rarc, group_code, category, is_denial, effective_from, effective_to,
        lead(effective_from) over (partition by origin, carc, rarc, group_code order by effective_from) as next_from
    from rules
)

select
    origin,  -- office or built_in
    carc,  -- claim adjustment reason code
    rarc,  -- remark code that the line or its claim must carry; empty for any or none
    group_code,  -- CO, PI, OA or PR; empty for every group
    category,  -- root cause
    is_denial,  -- whether an unpaid line that carries it is denied
    cast(
        case when origin = 'office' then 0 else 4 end
        + case when rarc <> '' then 0 else 2 end
        + case when group_code <> '' then 0 else 1 end as bigint
    ) as rank,  -- of the rules that fit a line's adjustment the one with the lowest holds
    effective_from,  -- first day on which it holds
    case
        when next_from is null then effective_to
        else least(coalesce(effective_to, next_from), cast(next_from - interval '1 day' as date))
    end as effective_to  -- last day; null while it holds
from rules_with_the_next_start
