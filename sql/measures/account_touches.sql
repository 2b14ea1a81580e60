-- One row per definition, payer, complexity and day of resolution: accounts closed that day, the human touches that they
-- took from open to resolution, and those that needed none.
-- grain: definition_id, payer_id, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.accounts.closed_on
with accounts_of_each_day as (
    select
        payer_id, complexity, closed_on,
        count(*) as n_accounts,
        sum(n_touches) as n_touches,
        count(*) filter (where is_submitted) as n_submitted,
        count(*) filter (where is_submitted and n_touches_after_service = 0) as n_untouched_after_service,
        count(*) filter (where is_submitted and n_touches_after_submission = 0) as n_untouched_after_submission
    from ledger.accounts
    where closed_on between $from and $to
    group by payer_id, complexity, closed_on
),

measures as (
    select
        'touches_per_account' as definition_id, payer_id, complexity, closed_on,
        n_touches as numerator, n_accounts as denominator
    from accounts_of_each_day
    union all
    select
        'zero_touch_rate.after_service' as definition_id, payer_id, complexity, closed_on,
        n_untouched_after_service as numerator, n_submitted as denominator
    from accounts_of_each_day
    union all
    select
        'zero_touch_rate.after_submission' as definition_id, payer_id, complexity, closed_on,
        n_untouched_after_submission as numerator, n_submitted as denominator
    from accounts_of_each_day
)

select
    definition_id,  -- which definition
    payer_id,  -- payer of the account
    complexity,  -- complexity of the claim
    cast(numerator as decimal(18, 4)) as numerator,  -- human touches, or accounts without any
    cast(denominator as decimal(18, 4)) as denominator,  -- accounts closed
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- touches per account, or share
    closed_on as measured_on  -- day on which the accounts were closed
from measures
