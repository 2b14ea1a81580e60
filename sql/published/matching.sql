-- One row per day, link and rule: how well claims, acknowledgements, remittances and the office's own logs fit together.
-- The row with rule 'all' sums up the link's day; its unmatched share is the quality result. Nothing can be matched to
-- what happened before the other log began, so the first weeks of logs show more that is unmatched.
-- grain: measured_on, link, rule
-- slice: all
-- restated by: ledger.match_rates
-- restated by: ledger.sent_batches
with first_claims as (
    select min(submitted_on) as began_on
    from ledger.sent_batches
),

first_answers as (
    select 'claim to ' || case when link like '835%' then '835' when link like '277CA%' then '277CA' else '999' end as link,
        min(measured_on) as began_on
    from ledger.match_rates
    where link in ('999 to batch', '997 to batch', '277CA to claim', '835 to claim')
    group by 1
),

rows_and_totals as (
    select measured_on, link, rule, n_rows, matched, ambiguous, unmatched from ledger.match_rates
    union all
    select measured_on, link, 'all' as rule, n_rows, matched, ambiguous, unmatched from ledger.match_rates
),

added_up as (
    select
        measured_on, link, rule, sum(n_rows) as n_rows, sum(matched) as matched, sum(ambiguous) as ambiguous,
        sum(unmatched) as unmatched
    from rows_and_totals
    group by measured_on, link, rule
)

select
    r.measured_on as measured_on,  -- day of the answer or reference; for links that begin with 'claim' the day it went out
    r.link as link,  -- what is matched to what, such as '999 to batch' or '835 to claim'
    r.rule as rule,  -- identifiers that agree, or why nothing matches; 'all' for the sum
    cast(r.n_rows as bigint) as n_rows,  -- rows that had to be matched
    cast(r.matched as bigint) as matched,  -- of those, matched without doubt
    cast(r.ambiguous as bigint) as ambiguous,  -- of those, matched to the nearest of several
    cast(r.unmatched as bigint) as unmatched,  -- of those, matched to nothing: kept and counted
    cast(r.unmatched as double) / nullif(r.n_rows, 0) as unmatched_share,  -- unmatched over rows, 0 to 1; null where there are none
    cast(r.ambiguous as double) / nullif(r.n_rows, 0) as ambiguous_share,  -- ambiguous over rows, 0 to 1; null where there are none
    case
        when r.link like 'claim to%' then date_diff('day', a.began_on, r.measured_on)
        else date_diff('day', c.began_on, r.measured_on)
    end as days_of_logs  -- days since the first claim that went out, for 'claim to' links since the first answer; negative before it
from added_up as r
left join first_claims as c on true
left join first_answers as a on a.link = r.link
