-- One row per modifier that says something about how much of a service's work is the clinician's own, and what it does to the
-- work RVU. Version 2026-2 of the built-in rules. They are Medicare's rules of payment, which practices use as rules of
-- credit; sections are those of the Medicare Claims Processing Manual, chapter 12. Published lists of surveys differ (52 and 53,
-- whether 51 reduces work at all), so every factor is a parameter of the configuration and 1 switches a rule off.
-- What is not named here (25, 57, 59, RT, LT ...) leaves the work as it is.
-- grain: modifier
-- slice: all
-- restated by: ledger.parameters
with built_in_rules (modifier, kind, basis, parameter, source, note) as (
    values
    ('26', 'component', 'own_row', null, 'Relative value file', 'Professional component: the schedule has a row of its own; where it has none the code is professional already.'),
    ('TC', 'component', 'own_row', null, 'Relative value file', 'Technical component: no work of a clinician.'),
    ('50', 'bilateral', 'bilateral', 'bilateral_factor', 'Section 40.7', 'Both sides: the factor where the bilateral indicator is 1, both sides in full where it is 3, nothing more where it is 0, 2 or 9.'),
    ('51', 'multiple', 'rank', 'further_procedure_factor', 'Section 40.6', 'Several procedures: the largest in full, each further one by the factor, by rank of work RVU on the day; indicators 2 and 3 only. Endoscopies of one family count the largest in full and of each other what it has beyond the base, and rank as one procedure, unless endoscopic_families is off.'),
    ('52', 'reduced', 'factor', 'reduced_factor', 'No fixed rate; payers decide case by case', 'Reduced service: a convention.'),
    ('53', 'reduced', 'factor', 'discontinued_factor', 'Relative value file, else case by case', 'Discontinued procedure: the schedule has rows of its own for colonoscopies; elsewhere a convention.'),
    ('54', 'global', 'preoperative_and_intraoperative', null, 'Section 40.4', 'Surgical care only: Medicare adds the work before the operation to it. Some payers count the operation alone.'),
    ('55', 'global', 'postoperative', null, 'Section 40.4', 'Care after the operation only.'),
    ('56', 'global', 'preoperative', null, 'Section 40.4', 'Care before the operation only; Medicare pays it within 54, so both on one operation count it twice.'),
    ('78', 'global', 'intraoperative', null, 'Section 40.4', 'Unplanned return to the operating room: the operation alone.'),
    ('62', 'role', 'factor', 'co_surgeon_factor', 'Section 40.8', 'Two surgeons: each has 62.5 percent.'),
    ('66', 'role', 'full', null, 'Section 40.8', 'Surgical team: decided case by case, so counted in full.'),
    ('80', 'role', 'factor', 'assistant_factor', 'Section 20.4.3', 'Assistant: 16 percent is what is paid, not a measure of work.'),
    ('81', 'role', 'factor', 'assistant_factor', 'Section 20.4.3', 'Minimum assistant: as 80.'),
    ('82', 'role', 'factor', 'assistant_factor', 'Section 20.4.3', 'Assistant where no resident is at hand: as 80.'),
    ('AS', 'role', 'factor', 'assistant_not_physician_factor', 'Sections 20.4.3 and 120', 'Assistant who is no physician: 85 percent of 16 percent, what is paid.'),
    ('FS', 'shared', 'full', null, 'Section 30.6.18', 'Split or shared visit: the work counts for the clinician who bills it, although somebody else did part of it.'),
    ('GC', 'teaching', 'full', null, 'Section 100', 'With a resident: the work counts for the teaching clinician who bills it.'),
    ('GE', 'teaching', 'full', null, 'Section 100', 'By a resident under the primary care exception: counts for the teaching clinician.'),
    ('22', 'increased', 'full', null, 'No fixed rate; payers decide case by case', 'More work than usual: not added, so such work is understated.')
)

select
    b.modifier,  -- modifier
    b.kind,  -- component, bilateral, multiple, reduced, global, role, shared, teaching or increased; of one kind the least factor counts, kinds multiply
    b.basis,  -- what the factor follows: factor, own_row, bilateral, rank, shares of the global period, or full
    cast(p.value as decimal(9, 4)) as factor,  -- factor of the configuration; null where the schedule decides or the work counts in full
    b.source,  -- where the rule stands
    b.note,  -- what it means, in our words
    '2026-2' as rule_version  -- version of the built-in rules
from built_in_rules as b
left join ledger.parameters as p on p.name = b.parameter
