-- One row per definition, charge-entry person, complexity, payer and day of first submission: days left to the filing limit,
-- the share sent out late, and the share sent out within the target. Institutional claims (Part A) count from the through
-- date, others (Part B) from the from date. Medicare's limit is one calendar year, and of a 29th of February the 28th of the next.
-- The limit that held on that date counts, one for the claim type before one for both.
-- grain: definition_id, staff_id, role, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.first_passes.first_submitted_on
-- restated by: intake.filing_limits
-- restated by: ledger.parameters
with latest_delivery_of_each_limit as (
    select payer_id, claim_type, limit_days, coalesce(is_calendar_year, false) as is_calendar_year, effective_from, effective_to
    from intake.filing_limits
    qualify row_number() over (
        partition by payer_id, claim_type, effective_from order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

first_submissions as (
    select
        pcn, entered_by, complexity, payer_id, claim_type, first_submitted_on,
        case when claim_type = 'I' then service_to else service_from end as counted_from
    from ledger.first_passes
    where first_submitted_on between $from and $to and is_first_pass and service_from is not null
),

with_the_last_day as (
    select
        s.pcn, s.entered_by, s.complexity, s.payer_id, s.first_submitted_on,
        date_diff('day', s.counted_from, s.first_submitted_on) as days_taken,
        case
            when l.is_calendar_year then cast(s.counted_from + interval '1 year' as date)
            else s.counted_from + cast(l.limit_days as integer)
        end as last_day
    from first_submissions as s
    left join latest_delivery_of_each_limit as l
        on l.payer_id = s.payer_id and coalesce(l.claim_type, s.claim_type) = s.claim_type
        and s.counted_from >= l.effective_from and s.counted_from <= coalesce(l.effective_to, s.counted_from)
    qualify row_number() over (
        partition by s.pcn
        order by case when l.claim_type is null then 1 else 0 end, l.effective_from desc nulls last
    ) = 1
),

sums as (
    select
        entered_by, complexity, payer_id, first_submitted_on,
        count(*) as n_claims,
        count(*) filter (
            where days_taken <= (select value from ledger.parameters where name = 'submission_target_days')
        ) as n_in_time,
        count(last_day) as n_limited,
        count(*) filter (where last_day < first_submitted_on) as n_late,
        sum(date_diff('day', first_submitted_on, last_day)) as days_left,
        min(date_diff('day', first_submitted_on, last_day)) as least_days_left
    from with_the_last_day
    group by entered_by, complexity, payer_id, first_submitted_on
),

all_definitions as (
    select
        'filing_margin.mean' as definition_id, entered_by, complexity, payer_id, first_submitted_on,
        days_left as numerator, n_limited as denominator
    from sums
    where n_limited > 0
    union all
    select
        'filing_margin.least' as definition_id, entered_by, complexity, payer_id, first_submitted_on,
        least_days_left as numerator, 1 as denominator
    from sums
    where n_limited > 0
    union all
    select
        'filing_margin.late' as definition_id, entered_by, complexity, payer_id, first_submitted_on,
        n_late as numerator, n_limited as denominator
    from sums
    where n_limited > 0
    union all
    select
        'filing_margin.within_target' as definition_id, entered_by, complexity, payer_id, first_submitted_on,
        n_in_time as numerator, n_claims as denominator
    from sums
)

select
    definition_id,  -- which definition: mean or least days left, share late, or share within the target
    entered_by as staff_id,  -- who entered the charges; null where no entry is known
    'charge_entry' as role,  -- role that sends claims out
    complexity,  -- low, medium or high
    payer_id,  -- payer first billed
    cast(numerator as decimal(18, 4)) as numerator,  -- days left, or claims
    cast(denominator as decimal(18, 4)) as denominator,  -- claims first sent out; 1 for the least
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- days, or share
    first_submitted_on as measured_on  -- day of the first submission
from all_definitions
