-- One row per snapshot of which gross and net days in A/R are both known: how far they are apart. Both divide an open amount
-- by what comes in per day, so they should come out about equal; if they do not, the allowance in the net amount and the net
-- revenue disagree, or the charges of the logs are not those of the books.
-- grain: definition_id, as_of
-- slice: as_of
-- restated by: measures.days_in_ar.as_of
-- restated by: ledger.parameters
with days_of_each_method as (
    select
        as_of,
        sum(case when definition_id = 'days_in_ar.gross' then numerator end) as gross_balance,
        sum(case when definition_id = 'days_in_ar.gross' then denominator end) as gross_daily,
        sum(case when definition_id = 'days_in_ar.net' then numerator end) as net_balance,
        sum(case when definition_id = 'days_in_ar.net' then denominator end) as net_daily
    from measures.days_in_ar
    where as_of between $from and $to
    group by as_of
),

both_in_days as (
    select
        as_of, cast(cast(gross_balance as double) / nullif(cast(gross_daily as double), 0) as decimal(18, 4)) as gross_days,
        cast(cast(net_balance as double) / nullif(cast(net_daily as double), 0) as decimal(18, 4)) as net_days
    from days_of_each_method
)

select
    'days_in_ar.gross_net_difference' as definition_id,  -- which definition
    abs(gross_days - net_days) as numerator,  -- difference, days
    gross_days as denominator,  -- days by the gross method
    cast(abs(gross_days - net_days) as double) / nullif(cast(gross_days as double), 0) as value,  -- relative difference
    net_days,  -- days by the net method
    cast(abs(gross_days - net_days) as double)
    <= (select cast(value as double) from ledger.parameters where name = 'ar_tolerance') * cast(gross_days as double) as is_within,  -- whether it is within ar_tolerance
    as_of  -- date of the snapshot
from both_in_days
where gross_days is not null and net_days is not null
