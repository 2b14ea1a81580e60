-- One row per definition, person, complexity and day: accounts that patient billing handled for the first time that day, and
-- those of which that was the end. A day is withheld until twice instalment_days have passed since.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.handled_accounts.handled_on
-- restated by: ledger.matured_days.day
with cohorts as (
    select
        staff_id, complexity, handled_on,
        count(*) filter (where is_closed or is_on_paid_plan) as n_resolved,
        count(*) filter (where is_closed_without_write_off or is_on_paid_plan) as n_resolved_without_write_off,
        count(*) as n_handled
    from ledger.handled_accounts
    where handled_on between $from and $to
    group by staff_id, complexity, handled_on
),

both_shares as (
    select
        'patient_resolution.closed_or_plan' as definition_id, staff_id, complexity, handled_on, n_resolved as numerator,
        n_handled
    from cohorts
    union all
    select
        'patient_resolution.without_write_off' as definition_id, staff_id, complexity, handled_on,
        n_resolved_without_write_off as numerator, n_handled
    from cohorts
),

cohorts_that_are_known as (
    select b.definition_id, b.staff_id, b.complexity, b.handled_on, b.numerator, b.n_handled, m.day is not null as is_mature
    from both_shares as b
    left join ledger.matured_days as m on m.question = 'first_instalment' and m.day = b.handled_on
)

select
    definition_id,  -- which definition: whatever closed the account, or leaving write-offs out
    staff_id,  -- who handled the account first
    'patient_billing' as role,  -- billing role held that day
    complexity,  -- complexity of the account
    cast(case when is_mature then numerator end as decimal(18, 4)) as numerator,  -- accounts closed or on a plan that is being paid
    cast(case when is_mature then n_handled end as decimal(18, 4)) as denominator,  -- accounts handled for the first time
    case when is_mature then cast(numerator as double) / nullif(n_handled, 0) end as value,  -- share; null while withheld
    n_handled as n_cohort,  -- accounts handled for the first time
    cast(case when is_mature then 1 else 0 end as double) as matured_share,  -- share of them that is known: all or none
    case when not is_mature then 'immature' end as reason,  -- why it is withheld; null when it is not
    handled_on as measured_on  -- day of the first handling
from cohorts_that_are_known
