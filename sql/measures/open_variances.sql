-- One row per definition, payer, reason and day: payment exceptions that nobody had resolved by the end of the day.
-- A running sum of what was opened and closed, up to the last day of posting. An exception closed on the day on which it
-- was opened is never open at a day's end; an open one ages by a day per day and takes its age along when it is closed.
-- A resolution that comes late changes the days from the arrival of the payment to the resolution and no others.
-- grain: definition_id, payer_id, exception_reason, as_of
-- slice: all
-- restated by: ledger.variance_movements
-- restated by: ledger.payments
-- restated by: ledger.calendar
with last_day (last_on) as (
    select max(posted_on) as last_on from ledger.payments
),

first_days as (
    select payer_id, exception_reason, min(moved_on) as first_on
    from ledger.variance_movements
    group by payer_id, exception_reason
),

days_and_steps as (
    select
        f.payer_id, f.exception_reason, c.day, date_diff('day', f.first_on, c.day) as day_no,
        coalesce(m.n_opened, 0) as n_opened, coalesce(m.n_closed, 0) as n_closed,
        coalesce(m.amount_opened, 0) - coalesce(m.amount_closed, 0) as amount,
        coalesce(m.closed_age_days, 0) as closed_age_days
    from first_days as f
    cross join last_day as l
    inner join ledger.calendar as c on c.day between f.first_on and l.last_on
    left join ledger.variance_movements as m
        on m.payer_id = f.payer_id and m.exception_reason = f.exception_reason and m.moved_on = c.day
),

running_sums as (
    select
        payer_id, exception_reason, day, day_no,
        sum(n_opened - n_closed) over up_to_the_day as n_open,
        sum(amount) over up_to_the_day as amount_open,
        sum((n_opened - n_closed) * day_no + closed_age_days) over up_to_the_day as day_numbers_of_the_open
    from days_and_steps
    window up_to_the_day as (
        partition by payer_id, exception_reason
        order by day
        rows between unbounded preceding and current row
    )
),

states as (
    select
        payer_id, exception_reason, day, n_open, amount_open, n_open * day_no - day_numbers_of_the_open as age_days
    from running_sums
),

three_views as (
    select
        'open_variances.count' as definition_id, payer_id, exception_reason, day, n_open as numerator, 1 as denominator
    from states
    union all
    select
        'open_variances.dollars' as definition_id, payer_id, exception_reason, day, amount_open as numerator,
        n_open as denominator
    from states
    union all
    select
        'open_variances.age' as definition_id, payer_id, exception_reason, day, age_days as numerator,
        n_open as denominator
    from states
)

select
    definition_id,  -- which definition: count, dollars or age
    payer_id,  -- payer; unknown where none was given
    exception_reason,  -- variance, partial, no_match or plb
    cast(numerator as decimal(18, 4)) as numerator,  -- open exceptions, their size in USD, or the days that they have been open
    cast(denominator as decimal(18, 4)) as denominator,  -- open exceptions; for the count 1, the payer and reason that the row stands for
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- the count, or USD or days per open exception; null where none is open
    day as as_of  -- day at whose end they were open
from three_views
