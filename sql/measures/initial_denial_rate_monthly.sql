-- One row per definition, payer and month: claims first denied in the month over the average month of the three before, as
-- claims and as gross charges submitted (HFMA-aligned). Denials follow their claims by weeks, hence the lag. A month is
-- withheld until it is over, and where the logs do not hold the three months before it whole: whole means that the office
-- had no working day before the first or after the last submission.
-- grain: definition_id, payer_id, measured_on
-- slice: all
-- restated by: ledger.claims
-- restated by: ledger.first_pass_days
-- restated by: ledger.calendar
with first_and_last_day as (
    select min(first_submitted_on) as first_day, max(first_submitted_on) as last_day
    from ledger.first_pass_days
),

working_days_of_the_logs as (
    select f.working_days_before as n_before_first, l.working_days_before + case when l.is_working then 1 else 0 end as n_until_last
    from first_and_last_day as d
    inner join ledger.calendar as f on f.day = d.first_day
    inner join ledger.calendar as l on l.day = d.last_day
),

denied_in_each_month as (
    select
        payer_id, cast(date_trunc('month', first_adjudicated_on) as date) as month, count(*) as n_claims,
        sum(charge) as charge
    from ledger.claims
    where first_is_denied and is_original and is_primary
    group by payer_id, cast(date_trunc('month', first_adjudicated_on) as date)
),

submitted_in_each_month as (
    select
        payer_id, cast(date_trunc('month', first_submitted_on) as date) as month, sum(n_submitted) as n_claims, sum(charge) as charge
    from ledger.first_pass_days
    group by payer_id, cast(date_trunc('month', first_submitted_on) as date)
),

months as (
    select
        c.day as month, w.n_until_last, w.n_before_first,
        cast(c.day + interval '1 month' as date) as next_month,
        cast(c.day - interval '3 months' as date) as three_months_before
    from ledger.calendar as c
    cross join first_and_last_day as d
    cross join working_days_of_the_logs as w
    where
        c.day = date_trunc('month', c.day)
        and c.day >= date_trunc('month', d.first_day) and c.day <= d.last_day
),

months_and_whether_they_are_whole as (
    select
        m.month, m.three_months_before,
        m.n_until_last >= e.working_days_before as is_over,
        coalesce(m.n_before_first <= b.working_days_before, false) as has_three_before
    from months as m
    inner join ledger.calendar as e on e.day = m.next_month
    left join ledger.calendar as b on b.day = m.three_months_before
),

payers_of_each_month as (
    select payer_id, month from denied_in_each_month
    union
    select s.payer_id, m.month
    from submitted_in_each_month as s
    inner join months_and_whether_they_are_whole as m on s.month < m.month and s.month >= m.three_months_before
),

submitted_in_the_three_months_before as (
    select p.payer_id, p.month, sum(s.n_claims) as n_claims, sum(s.charge) as charge
    from payers_of_each_month as p
    inner join submitted_in_each_month as s
        on s.payer_id = p.payer_id and s.month < p.month and s.month >= cast(p.month - interval '3 months' as date)
    group by p.payer_id, p.month
),

months_of_each_payer as (
    select
        p.payer_id, p.month,
        case
            when not m.has_three_before then 'fewer than three whole months before'
            when not m.is_over then 'month is not over'
        end as reason,
        coalesce(d.n_claims, 0) as n_denied, coalesce(d.charge, 0) as charge_denied,
        coalesce(s.n_claims, 0) as n_submitted, coalesce(s.charge, 0) as charge_submitted
    from payers_of_each_month as p
    inner join months_and_whether_they_are_whole as m on m.month = p.month
    left join denied_in_each_month as d on d.payer_id = p.payer_id and d.month = p.month
    left join submitted_in_the_three_months_before as s on s.payer_id = p.payer_id and s.month = p.month
),

variants as (
    select
        'initial_denial_rate.hfma_claims' as definition_id, payer_id, month, reason, n_denied as numerator,
        cast(n_submitted as decimal(18, 4)) / 3 as denominator
    from months_of_each_payer
    union all
    select
        'initial_denial_rate.hfma_dollars' as definition_id, payer_id, month, reason, charge_denied as numerator,
        cast(charge_submitted as decimal(18, 4)) / 3 as denominator
    from months_of_each_payer
)

select
    definition_id,  -- which definition: hfma_claims or hfma_dollars
    payer_id,  -- payer first billed
    cast(case when reason is null then numerator end as decimal(18, 4)) as numerator,  -- claims first denied in the month, or their gross charge in USD; null while withheld
    cast(case when reason is null then denominator end as decimal(18, 4)) as denominator,  -- claims or gross charge submitted in an average month of the three before; null while withheld
    case when reason is null then cast(numerator as double) / nullif(cast(denominator as double), 0) end as value,  -- share; null where nothing was submitted
    reason,  -- why it is withheld; null where it is not
    month as measured_on  -- first day of the month
from variants
