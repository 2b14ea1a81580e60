-- One row per contract and quarter: whether services per member fell while quality stood below its floor. Fewer services are
-- a good sign only while patients get what the contract calls good care. A flag is a question, not a finding.
-- Services fall when a quarter's rate lies below the quarter before by more than the configuration allows. The floor is
-- the contract's own target; of each quality measure the newest result of the year that ends with the quarter counts.
-- grain: definition_id, contract_id, measured_on
-- slice: all
-- restated by: measures.panel_use
-- restated by: measures.contract_quality
-- restated by: ledger.parameters
with fall_allowed as (
    select cast(value as double) as share
    from ledger.parameters
    where name = 'services_fall'
),

quarters as (
    select
        contract_id, cast(date_trunc('quarter', measured_on) as date) as quarter, max(model) as model,
        count(numerator) = 3 as is_complete,
        cast(sum(numerator) as double) / nullif(cast(sum(denominator) as double), 0) as services
    from measures.panel_use
    where definition_id = 'services_per_member_month.completed'
    group by contract_id, date_trunc('quarter', measured_on)
),

quarters_with_the_one_before as (
    select
        q.contract_id, q.quarter, q.model, case when q.is_complete then q.services end as services,
        case when b.is_complete then b.services end as services_before
    from quarters as q
    left join quarters as b
        on b.contract_id = q.contract_id and b.quarter = cast(q.quarter - interval '3 months' as date)
),

newest_result_of_each_measure as (
    select q.contract_id, q.quarter, r.is_met
    from quarters as q
    inner join measures.contract_quality as r
        on r.definition_id = 'contract_quality.quality' and r.contract_id = q.contract_id
        and r.measured_on < q.quarter + interval '3 months' and r.measured_on >= q.quarter - interval '9 months'
    where r.is_met is not null
    qualify row_number() over (
        partition by q.contract_id, q.quarter, r.measure order by r.measured_on desc, r.measure_version desc
    ) = 1
),

quality as (
    select contract_id, quarter, count(*) as n_measures, count(*) filter (where not is_met) as n_below
    from newest_result_of_each_measure
    group by contract_id, quarter
),

judged as (
    select
        q.contract_id, q.quarter, q.model, q.services, q.services_before, coalesce(r.n_measures, 0) as n_measures,
        coalesce(r.n_below, 0) as n_below,
        case
            when q.services is null then 'the quarter is not complete'
            when coalesce(q.services_before, 0) = 0 then 'no complete quarter before'
            when coalesce(r.n_measures, 0) = 0 then 'no quality measure with a target'
        end as reason,
        q.services < q.services_before * (1 - f.share) and r.n_below > 0 as is_flagged
    from quarters_with_the_one_before as q
    cross join fall_allowed as f
    left join quality as r on r.contract_id = q.contract_id and r.quarter = q.quarter
)

select
    'skimping_guard.services_and_quality' as definition_id,  -- which definition
    contract_id,  -- contract
    model,  -- payment model, as in ledger.contract_months
    cast(case when reason is null then case when is_flagged then 1 else 0 end end as decimal(18, 4)) as numerator,  -- 1 if flagged; null while it cannot be judged
    cast(case when reason is null then 1 end as decimal(18, 4)) as denominator,  -- 1; null while it cannot be judged
    case when reason is null then case when is_flagged then 1.0e0 else 0.0e0 end end as value,  -- 1 if flagged
    services,  -- services per member and month of the quarter; null while it is not complete
    services_before,  -- of the quarter before
    n_measures,  -- quality measures with a target
    n_below,  -- of those, below it
    case when reason is null then is_flagged end as is_flagged,  -- whether services fell while quality stood below its floor
    reason,  -- why it cannot be judged; null where it can
    quarter as measured_on  -- first day of the quarter
from judged
