-- One row per definition, scope, person, rubric and month: how far two opinions on the same work agree.
-- Root causes: the one assigned and the one audited. Notes: the first and the second auditor of one note in one month, pass or
-- fail. Agreement has a Wilson interval of 95 %. Cohen's kappa is the agreement beyond chance, (p - e) / (1 - e), where e is
-- the agreement that the two would reach by chance from how often each of them says what; null where e is 1.
-- Source of the interval: Wilson 1927; of kappa: Cohen 1960.
-- grain: definition_id, scope, staff_id, rubric_version, measured_on
-- slice: measured_on
-- restated by: ledger.audit_findings.audited_month
with opinions_on_root_causes as (
    select
        'root_cause' as subject, staff_id, '' as rubric_version, audited_month, assigned_category as first_said,
        audited_category as second_said
    from ledger.audit_findings
    where
        audited_month between $from and $to and item_type = 'denial' and audited_category is not null
        and staff_id is not null
),

auditors_of_each_note as (
    select
        staff_id, item_id, auditor_id, rubric_version, audited_month, audited_at, audit_id,
        case when is_passed then 'pass' else 'fail' end as said
    from ledger.audit_findings
    where
        audited_month between $from and $to and item_type = 'note' and score is not null and staff_id is not null
        and auditor_id is not null
    qualify row_number() over (
        partition by staff_id, item_id, auditor_id, rubric_version, audited_month
        order by audited_at, audit_id
    ) = 1
),

auditors_in_order as (
    select
        staff_id, item_id, rubric_version, audited_month, said,
        row_number() over (
            partition by staff_id, item_id, rubric_version, audited_month
            order by audited_at, audit_id
        ) as place
    from auditors_of_each_note
),

opinions_on_notes as (
    select
        'note' as subject, f.staff_id, f.rubric_version, f.audited_month, f.said as first_said, s.said as second_said
    from auditors_in_order as f
    inner join auditors_in_order as s
        on s.staff_id = f.staff_id and s.item_id = f.item_id and s.rubric_version = f.rubric_version
        and s.audited_month = f.audited_month and s.place = 2
    where f.place = 1
),

pairs as (
    select subject, 'person' as scope, staff_id, rubric_version, audited_month, first_said, second_said
    from opinions_on_root_causes
    union all
    select subject, 'team' as scope, '' as staff_id, rubric_version, audited_month, first_said, second_said
    from opinions_on_root_causes
    union all
    select subject, 'person' as scope, staff_id, rubric_version, audited_month, first_said, second_said
    from opinions_on_notes
    union all
    select subject, 'team' as scope, '' as staff_id, rubric_version, audited_month, first_said, second_said
    from opinions_on_notes
),

counts as (
    select
        subject, scope, staff_id, rubric_version, audited_month,
        count(*) as n, count(*) filter (where first_said = second_said) as n_agreed
    from pairs
    group by subject, scope, staff_id, rubric_version, audited_month
),

words_of_the_first as (
    select subject, scope, staff_id, rubric_version, audited_month, first_said as word, count(*) as n_first
    from pairs
    group by subject, scope, staff_id, rubric_version, audited_month, first_said
),

words_of_the_second as (
    select subject, scope, staff_id, rubric_version, audited_month, second_said as word, count(*) as n_second
    from pairs
    group by subject, scope, staff_id, rubric_version, audited_month, second_said
),

agreement_by_chance as (
    select f.subject, f.scope, f.staff_id, f.rubric_version, f.audited_month, sum(f.n_first * s.n_second) as n_chance
    from words_of_the_first as f
    inner join words_of_the_second as s
        on s.subject = f.subject and s.scope = f.scope and s.staff_id = f.staff_id
        and s.rubric_version = f.rubric_version and s.audited_month = f.audited_month and s.word = f.word
    group by f.subject, f.scope, f.staff_id, f.rubric_version, f.audited_month
),

-- Of a number of pairs n, with k agreed and c = sum of products of the two counts of each word: kappa = (k n - c) / (n n - c).
agreement as (
    select
        c.subject, c.scope, c.staff_id, c.rubric_version, c.audited_month, c.n, c.n_agreed,
        cast(c.n_agreed as double) / c.n as p,
        1.959963984540054 as z,
        cast(c.n_agreed * c.n - coalesce(x.n_chance, 0) as double) / nullif(c.n * c.n - coalesce(x.n_chance, 0), 0) as kappa
    from counts as c
    left join agreement_by_chance as x
        on x.subject = c.subject and x.scope = c.scope and x.staff_id = c.staff_id
        and x.rubric_version = c.rubric_version and x.audited_month = c.audited_month
),

statistics as (
    select
        'root_cause_agreement.share' as definition_id, scope, staff_id, rubric_version, audited_month, n, n_agreed, p as value,
        (p + z * z / (2 * n) - z * sqrt((p * (1 - p) + z * z / (4 * n)) / n)) / (1 + z * z / n) as low,
        (p + z * z / (2 * n) + z * sqrt((p * (1 - p) + z * z / (4 * n)) / n)) / (1 + z * z / n) as high
    from agreement
    where subject = 'root_cause'
    union all
    select
        'root_cause_agreement.kappa' as definition_id, scope, staff_id, rubric_version, audited_month, n, n_agreed,
        kappa as value, null as low, null as high
    from agreement
    where subject = 'root_cause'
    union all
    select
        'note_agreement.kappa' as definition_id, scope, staff_id, rubric_version, audited_month, n, n_agreed,
        kappa as value, null as low, null as high
    from agreement
    where subject = 'note'
)

select
    definition_id,  -- which definition
    scope,  -- person or team
    staff_id,  -- whose work was judged; empty for the team
    rubric_version,  -- rubric of the notes; empty for root causes
    cast(n_agreed as decimal(18, 4)) as numerator,  -- pairs of opinions that agree
    cast(n as decimal(18, 4)) as denominator,  -- pairs of opinions
    cast(value as double) as value,  -- share that agrees, or kappa; kappa is null where chance alone agrees always
    cast(low as double) as low,  -- lower end of the interval; null for kappa
    cast(high as double) as high,  -- upper end of the interval; null for kappa
    audited_month as measured_on  -- first day of the month of the audits
from statistics
