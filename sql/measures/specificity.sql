-- One row per definition, coder, complexity and day: what audits found of the codes' level, by day of the audit, and the
-- screen of unspecified diagnoses, by day of the first submission. Rates come with the interval of Wilson (95 %).
-- A code counts against the screen only where its description says 'unspecified' or 'NOS' and a more specific code exists
-- beside it: as the office's table of codes says, else where a code of the same length that differs in its last character
-- is specific. Codes are looked up in the fiscal year (from October) of the service.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: intake.audits.event_date
-- restated by: ledger.audited_work.audited_on
-- restated by: ledger.charts.first_submitted_on
-- restated by: intake.claim_diagnoses.event_date
-- restated by: intake.claims.event_date
-- restated by: intake.diagnosis_codes
with latest_delivery_of_each_audit as (
    select audit_id, staff_id, n_reviewed, n_correct, event_date
    from intake.audits
    where event_date between $from and $to and item_type = 'encounter'
    qualify row_number() over (partition by audit_id, event_date order by delivery_date desc, file_id desc, row_no desc) = 1
),

audited as (
    select
        a.staff_id, coalesce(w.complexity, 'medium') as complexity, a.event_date as measured_on,
        sum(least(coalesce(a.n_correct, 0), a.n_reviewed)) as n_right, sum(a.n_reviewed) as n_codes
    from latest_delivery_of_each_audit as a
    left join ledger.audited_work as w
        on w.audit_id = a.audit_id and w.audited_on = a.event_date and w.audited_on between $from and $to
    where a.n_reviewed > 0 and a.staff_id is not null and coalesce(w.role, 'coder') = 'coder'
    group by a.staff_id, coalesce(w.complexity, 'medium'), a.event_date
),

-- Letters only between blanks, so that 'NOS' is found as a word and not inside another.
latest_delivery_of_each_code as (
    select
        replace(upper(code), '.', '') as code, fiscal_year, has_specific_sibling, coalesce(is_billable, true) as is_billable,
        lower(description) like '%unspecified%'
        or ' ' || translate(description, ',;:()[]/', '        ') || ' ' like '% NOS %' as is_unspecified
    from intake.diagnosis_codes
    where description is not null
    qualify row_number() over (
        partition by replace(upper(code), '.', ''), fiscal_year order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

codes_with_their_siblings as (
    select
        code, fiscal_year,
        is_unspecified and coalesce(
            has_specific_sibling,
            max(case when is_billable and not is_unspecified then 1 else 0 end) over (
                partition by fiscal_year, length(code), substr(code, 1, length(code) - 1)
            ) = 1
        ) as could_be_more_specific
    from latest_delivery_of_each_code
),

charts_sent_out as (
    select coder_id, complexity, first_submission_id, pcn, first_submitted_on
    from ledger.charts
    where first_submitted_on between $from and $to
),

service_of_each_submission as (
    select submission_id, pcn, event_date, service_from, file_id, txn_no
    from intake.claims
    where event_date between $from and $to and service_from is not null
    qualify row_number() over (
        partition by submission_id, pcn, event_date order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

screened as (
    select
        c.coder_id as staff_id, c.complexity, c.first_submitted_on as measured_on,
        count(*) filter (where not k.could_be_more_specific) as n_right, count(*) as n_codes
    from charts_sent_out as c
    inner join service_of_each_submission as s
        on s.submission_id = c.first_submission_id and s.pcn = c.pcn and s.event_date = c.first_submitted_on
    inner join intake.claim_diagnoses as d
        on d.submission_id = s.submission_id and d.pcn = s.pcn and d.file_id = s.file_id and d.txn_no = s.txn_no
    inner join codes_with_their_siblings as k
        on k.code = replace(upper(d.code), '.', '')
        and k.fiscal_year = extract(year from s.service_from) + case when extract(month from s.service_from) >= 10 then 1 else 0 end
    where d.event_date between $from and $to and d.qualifier in ('ABK', 'ABF', 'BK', 'BF')
    group by c.coder_id, c.complexity, c.first_submitted_on
),

both_definitions as (
    select 'specificity.audited' as definition_id, staff_id, complexity, measured_on, n_right, n_codes
    from audited
    union all
    select 'specificity.unspecified_screen' as definition_id, staff_id, complexity, measured_on, n_right, n_codes
    from screened
),

normal_quantile as (
    select cast(1.959964 as double) as z
),

-- Wilson (1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), here with numerator and denominator times n.
with_interval as (
    select
        b.definition_id, b.staff_id, b.complexity, b.measured_on, b.n_right, b.n_codes,
        (b.n_right + q.z * q.z / 2) / (b.n_codes + q.z * q.z) as centre,
        q.z * sqrt(cast(b.n_right as double) * (b.n_codes - b.n_right) / b.n_codes + q.z * q.z / 4)
        / (b.n_codes + q.z * q.z) as half
    from both_definitions as b
    cross join normal_quantile as q
)

select
    definition_id,  -- which definition: audited, or the screen
    staff_id,  -- coder
    'coder' as role,  -- role that coding is
    complexity,  -- low, medium or high
    cast(n_right as decimal(18, 4)) as numerator,  -- codes confirmed, or codes that could not be more specific
    cast(n_codes as decimal(18, 4)) as denominator,  -- codes audited, or codes known to the office's table
    cast(n_right as double) / nullif(n_codes, 0) as value,  -- share
    round(greatest(0, centre - half), 9) as interval_low,  -- lower end of its 95 % interval
    round(least(1, centre + half), 9) as interval_high,  -- upper end
    cast(n_codes as bigint) as n,  -- codes that it rests on
    measured_on  -- day of the audit, or of the first submission
from with_interval
