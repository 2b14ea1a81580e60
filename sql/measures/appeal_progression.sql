-- One row per definition, payer, level and day of denial: how far the day's denials came, from denied over filed in time and
-- decided to overturned. An appeal of a level is a request and counts once, overturned when any part of it was won; two
-- appeals of one denial at one level are one request. What is not decided is left out of shares and counted beside them.
-- Level 1 can be filed on every denial that can be appealed, a level above it once the level below was decided and not won.
-- Shares of all denials are withheld until enough of the cohort is settled: closed, won, or at least not open.
-- grain: definition_id, payer_id, level, measured_on
-- slice: measured_on
-- restated by: ledger.denial_cases.denied_on
-- restated by: ledger.appeal_states.denied_on
-- restated by: ledger.parameters
with limits as (
    select value as matured_share from ledger.parameters where name = 'matured_share'
),

denials as (
    select denial_id, payer_id, denied_on, outcome, resolved_on, amount, is_appealable
    from ledger.denial_cases
    where denied_on between $from and $to
),

requests as (
    select
        denial_id, level,
        max(case when is_in_time then 1 else 0 end) = 1 as is_in_time,
        max(case when is_decided then 1 else 0 end) = 1 as is_decided,
        max(case when is_overturned then 1 else 0 end) = 1 as is_overturned,
        sum(case when is_decided then recovered_amount else 0 end) as recovered
    from ledger.appeal_states
    where denied_on between $from and $to
    group by denial_id, level
),

denials_with_their_end as (
    select
        d.denial_id, d.payer_id, d.denied_on, d.amount, d.is_appealable,
        coalesce(r.n_won, 0) > 0 or d.outcome = 'overturned' as is_overturned,
        coalesce(r.n_won, 0) > 0 or d.outcome <> 'open' or d.resolved_on is not null as is_settled,
        coalesce(r.recovered, 0) as recovered,
        coalesce(r.n_requests, 0) > 0 as is_appealed
    from denials as d
    left join (
        select
            denial_id, count(*) as n_requests, count(*) filter (where is_overturned) as n_won, sum(recovered) as recovered
        from requests
        group by denial_id
    ) as r on r.denial_id = d.denial_id
),

chances_to_file as (
    select denial_id, payer_id, denied_on, amount, is_settled, cast(1 as bigint) as level
    from denials_with_their_end
    where is_appealable
    union all
    select d.denial_id, d.payer_id, d.denied_on, d.amount, d.is_settled, r.level + 1 as level
    from denials_with_their_end as d
    inner join requests as r on r.denial_id = d.denial_id
    where d.is_appealable and r.is_decided and not r.is_overturned
),

steps as (
    select
        c.payer_id, c.level, c.denied_on, c.amount, r.recovered,
        coalesce(r.is_in_time, false) as is_filed,
        coalesce(r.is_in_time and r.is_decided, false) as is_decided,
        coalesce(r.is_in_time and r.is_overturned, false) as is_overturned,
        r.denial_id is not null or c.is_settled as is_known
    from chances_to_file as c
    left join requests as r on r.denial_id = c.denial_id and r.level = c.level
),

decided_requests as (
    select d.payer_id, d.denied_on, d.amount, r.level, r.is_decided, r.is_overturned, r.recovered
    from requests as r
    inner join denials_with_their_end as d on d.denial_id = r.denial_id
    where d.is_appealable
),

shares as (
    select
        'appeal_progression.filed' as definition_id, payer_id, level, denied_on,
        count(*) filter (where is_filed) as numerator, count(*) filter (where is_known) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_known) as n_open, false as is_withheld_while_open
    from steps
    group by payer_id, level, denied_on
    union all
    select
        'appeal_progression.decided' as definition_id, payer_id, level, denied_on,
        count(*) filter (where is_decided) as numerator, count(*) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_decided) as n_open, false as is_withheld_while_open
    from steps
    where is_filed
    group by payer_id, level, denied_on
    union all
    select
        'appeal_progression.overturned' as definition_id, payer_id, level, denied_on,
        count(*) filter (where is_overturned) as numerator, count(*) filter (where is_decided) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_decided) as n_open, false as is_withheld_while_open
    from steps
    where is_filed
    group by payer_id, level, denied_on
    union all
    select
        'overturn_rate.appealed' as definition_id, payer_id, level, denied_on,
        count(*) filter (where is_overturned) as numerator, count(*) filter (where is_decided) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_decided) as n_open, false as is_withheld_while_open
    from decided_requests
    group by payer_id, level, denied_on
    union all
    select
        'overturn_rate.appealed_dollars' as definition_id, payer_id, level, denied_on,
        sum(case when is_decided then recovered else 0 end) as numerator,
        sum(case when is_decided then amount else 0 end) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_decided) as n_open, false as is_withheld_while_open
    from decided_requests
    group by payer_id, level, denied_on
    union all
    select
        'overturn_rate.denied' as definition_id, payer_id, cast(0 as bigint) as level, denied_on,
        count(*) filter (where is_overturned) as numerator, count(*) filter (where is_settled) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_settled) as n_open, true as is_withheld_while_open
    from denials_with_their_end
    group by payer_id, denied_on
    union all
    select
        'overturn_rate.denied_dollars' as definition_id, payer_id, cast(0 as bigint) as level, denied_on,
        sum(case when is_settled then recovered else 0 end) as numerator,
        sum(case when is_settled then amount else 0 end) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_settled) as n_open, true as is_withheld_while_open
    from denials_with_their_end
    group by payer_id, denied_on
    union all
    select
        'appeal_rate' as definition_id, payer_id, cast(0 as bigint) as level, denied_on,
        count(*) filter (where is_appealed) as numerator, count(*) filter (where is_appealed or is_settled) as denominator,
        count(*) as n_cohort, count(*) filter (where not is_appealed and not is_settled) as n_open, true as is_withheld_while_open
    from denials_with_their_end
    group by payer_id, denied_on
),

shares_that_are_shown as (
    select
        s.definition_id, s.payer_id, s.level, s.denied_on, s.numerator, s.denominator, s.n_cohort, s.n_open,
        (s.n_cohort - s.n_open) * 1.0 / s.n_cohort as matured_share,
        s.is_withheld_while_open and s.n_cohort - s.n_open < l.matured_share * s.n_cohort as is_withheld
    from shares as s
    cross join limits as l
)

select
    definition_id,  -- which definition
    payer_id,  -- payer; unknown where none was given
    level,  -- level of appeal; 0 where it is about denials, whatever the level
    cast(case when is_withheld then null else numerator end as decimal(18, 4)) as numerator,  -- denials or requests that took the step, or USD
    cast(case when is_withheld then null else denominator end as decimal(18, 4)) as denominator,  -- those that could have and of which it is known, or USD
    case
        when not is_withheld then cast(numerator as double) / nullif(cast(denominator as double), 0)
    end as value,  -- share; null without a denominator and while withheld
    n_cohort,  -- denials or requests of the cohort, known or not
    n_open,  -- of those, not yet known
    cast(matured_share as double) as matured_share,  -- share of the cohort that is known
    case when is_withheld then 'immature' end as reason,  -- why it is withheld; null when it is not
    denied_on as measured_on  -- day of the denial
from shares_that_are_shown
