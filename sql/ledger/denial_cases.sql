-- One row per denial on the team's worklist, in its latest state: root cause, tier, whether it can be appealed, how it ended.
-- The root cause is the one that the team assigned, where we know the word; else the one that the remittance's codes name.
-- Three tiers of root causes, as hospitals report overturn rates by: registration and other technical faults (the payer had
-- the wrong person, plan, permission or date), coding and information (the claim or its papers said too little or the
-- wrong thing), and clinical (the payer doubts the care). The effort tier of the worklist is another thing and stays beside it.
-- grain: denial_id
-- slice: denial_id (key)
-- restated by: intake.denial_worklist.denial_id
-- restated by: ledger.denials.pcn via pcn
-- restated by: ledger.denial_rules
with root_causes (word, root_cause, tier) as (
    values
    ('eligibility', 'eligibility', 'registration_technical'),
    ('coverage', 'eligibility', 'registration_technical'),
    ('registration', 'registration', 'registration_technical'),
    ('coordination_of_benefits', 'coordination_of_benefits', 'registration_technical'),
    ('cob', 'coordination_of_benefits', 'registration_technical'),
    ('authorisation', 'authorisation', 'registration_technical'),
    ('authorization', 'authorisation', 'registration_technical'),
    ('timely_filing', 'timely_filing', 'registration_technical'),
    ('duplicate', 'duplicate', 'registration_technical'),
    ('credentialing', 'credentialing', 'registration_technical'),
    ('non_covered', 'non_covered', 'registration_technical'),
    ('coding', 'coding', 'coding_information'),
    ('bundling', 'coding', 'coding_information'),
    ('missing_information', 'missing_information', 'coding_information'),
    ('documentation', 'documentation', 'coding_information'),
    ('billing', 'billing', 'coding_information'),
    ('medical_necessity', 'medical_necessity', 'clinical'),
    ('level_of_care', 'level_of_care', 'clinical'),
    ('clinical', 'clinical', 'clinical')
),

latest_state_of_each_denial as (
    select
        denial_id, pcn, payer_id, carc, category, tier, assigned_to, denied_on, outcome, amount,
        cast(first_worked_at as date) as first_worked_on, cast(resolved_at as date) as resolved_on
    from intake.denial_worklist
    where denial_id in (select key from ops.restating)
    qualify row_number() over (
        partition by denial_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

-- A worklist counts one denial where a remittance may list several lines: the line with the same code stands for it.
remitted_line_of_each_denial as (
    select d.denial_id, r.carc, r.category, r.is_appealable
    from latest_state_of_each_denial as d
    inner join ledger.denials as r on r.pcn = d.pcn and r.adjudicated_on = d.denied_on
    qualify row_number() over (
        partition by d.denial_id
        order by
            case when r.carc = d.carc then 0 else 1 end,
            case when r.is_appealable then 1 else 0 end,
            r.remit_claim_id, r.line_no
    ) = 1
),

rule_of_each_denial as (
    select d.denial_id, m.category
    from latest_state_of_each_denial as d
    inner join ledger.denial_rules as m
        on m.carc = d.carc and m.rarc = '' and m.group_code = ''
        and d.denied_on >= m.effective_from and (m.effective_to is null or d.denied_on <= m.effective_to)
    qualify row_number() over (partition by d.denial_id order by m.rank, m.effective_from desc) = 1
),

causes_of_each_denial as (
    select
        d.denial_id, d.pcn, d.payer_id, coalesce(d.carc, r.carc) as carc, d.category as assigned_category,
        lower(trim(d.category)) as assigned_word, coalesce(r.category, m.category) as code_word, d.tier as effort,
        d.assigned_to, d.denied_on, d.first_worked_on, d.resolved_on, coalesce(d.outcome, 'open') as outcome, d.amount,
        coalesce(d.carc, r.carc, '') <> '29' and coalesce(r.is_appealable, true) as is_appealable
    from latest_state_of_each_denial as d
    left join remitted_line_of_each_denial as r on r.denial_id = d.denial_id
    left join rule_of_each_denial as m on m.denial_id = d.denial_id
)

select
    d.denial_id,  -- number of the denial in the practice-management system
    d.pcn,  -- claim number
    coalesce(d.payer_id, 'unknown') as payer_id,  -- payer; unknown where none was given
    d.carc,  -- claim adjustment reason code
    d.assigned_category,  -- root cause as the team wrote it
    a.root_cause is not null as is_mapped,  -- whether the assigned root cause is one that we know; 'other' is none
    coalesce(a.root_cause, c.root_cause, 'unmapped') as root_cause,  -- root cause, by the team, else by the remittance's codes
    coalesce(a.tier, c.tier, 'unmapped') as tier,  -- registration_technical, coding_information, clinical or unmapped
    d.effort,  -- low, medium or high effort, as the worklist says
    d.assigned_to,  -- who owns it
    d.is_appealable,  -- false for late filings (CARC 29) and claims rejected as unprocessable (MA130)
    cast(coalesce(d.amount, 0) as decimal(18, 2)) as amount,  -- denied charge, USD
    d.denied_on,  -- date of the remittance that denied it
    d.first_worked_on,  -- day of the first substantive action; null before
    d.resolved_on,  -- day on which it was closed; null while open
    d.outcome  -- overturned, upheld, written_off, corrected or open
from causes_of_each_denial as d
left join root_causes as a on a.word = d.assigned_word
left join root_causes as c on c.word = d.code_word
