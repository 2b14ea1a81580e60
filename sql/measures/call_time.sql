-- One row per definition, person, complexity, reason and day: minutes of talk and hold, of after-call work, and of both, and the
-- calls in which they were measured.
-- grain: definition_id, staff_id, role, complexity, reason, measured_on
-- slice: measured_on
-- restated by: ledger.calls.started_on
with calls_of_each_day as (
    select
        staff_id, role, complexity, reason, started_on,
        sum(talk_hold_s) as talk_hold_s, count(talk_hold_s) as n_talk_hold,
        sum(wrap_s) as wrap_s, count(wrap_s) as n_wrap,
        sum(handled_s) as handled_s, count(handled_s) as n_handled
    from ledger.calls
    where started_on between $from and $to
    group by staff_id, role, complexity, reason, started_on
),

three_times as (
    select
        'call_time.talk_hold' as definition_id, staff_id, role, complexity, reason, started_on, talk_hold_s as seconds,
        n_talk_hold as n_calls
    from calls_of_each_day
    union all
    select
        'call_time.wrap' as definition_id, staff_id, role, complexity, reason, started_on, wrap_s as seconds,
        n_wrap as n_calls
    from calls_of_each_day
    union all
    select
        'call_time.handled' as definition_id, staff_id, role, complexity, reason, started_on, handled_s as seconds,
        n_handled as n_calls
    from calls_of_each_day
)

select
    definition_id,  -- which definition: talk and hold, wrap, or both
    staff_id,  -- who spoke
    role,  -- billing role held that day
    complexity,  -- complexity of the account; medium while unknown
    reason,  -- statement, payment_plan, status, coverage or dispute; unknown where none was given
    cast(coalesce(seconds, 0) / 60.0 as decimal(18, 4)) as numerator,  -- minutes
    cast(n_calls as decimal(18, 4)) as denominator,  -- calls in which they were measured
    cast(seconds as double) / 60 / nullif(n_calls, 0) as value,  -- minutes per call; null where none was measured
    started_on as measured_on  -- day of the calls
from three_times
