-- One row per definition, payer and day: follow-up touches of each kind for every 30 days that an account was open. A
-- day on which nobody followed up still counts its open accounts; touches on days without a count of accounts have no
-- denominator.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.followups.worked_on
-- restated by: ledger.open_accounts.day
with followups_of_each_day as (
    select
        payer_id, worked_on,
        count(*) as n_all,
        count(*) filter (where kind = 'proactive') as n_proactive,
        count(*) filter (where kind = 'premature') as n_premature,
        count(*) filter (where kind = 'inbound') as n_inbound,
        count(*) filter (where kind = 'unscheduled') as n_unscheduled
    from ledger.followups
    where worked_on between $from and $to
    group by payer_id, worked_on
),

open_accounts_of_each_day as (
    select payer_id, day, n_open, basis
    from ledger.open_accounts
    where day between $from and $to
),

payers_and_days as (
    select
        coalesce(f.payer_id, o.payer_id) as payer_id, coalesce(f.worked_on, o.day) as measured_on, o.basis,
        coalesce(f.n_all, 0) as n_all, coalesce(f.n_proactive, 0) as n_proactive, coalesce(f.n_premature, 0) as n_premature,
        coalesce(f.n_inbound, 0) as n_inbound, coalesce(f.n_unscheduled, 0) as n_unscheduled,
        coalesce(o.n_open, 0) / 30.0 as open_months
    from followups_of_each_day as f
    full outer join open_accounts_of_each_day as o on o.payer_id = f.payer_id and o.day = f.worked_on
),

measures as (
    select 'followup_intensity.all' as definition_id, payer_id, measured_on, basis, n_all as numerator, open_months
    from payers_and_days
    union all
    select 'followup_intensity.proactive' as definition_id, payer_id, measured_on, basis, n_proactive as numerator, open_months
    from payers_and_days
    union all
    select 'followup_intensity.premature' as definition_id, payer_id, measured_on, basis, n_premature as numerator, open_months
    from payers_and_days
    union all
    select 'followup_intensity.inbound' as definition_id, payer_id, measured_on, basis, n_inbound as numerator, open_months
    from payers_and_days
    union all
    select 'followup_intensity.unscheduled' as definition_id, payer_id, measured_on, basis, n_unscheduled as numerator, open_months
    from payers_and_days
)

select
    definition_id,  -- which definition
    payer_id,  -- payer of the claim
    cast(numerator as decimal(18, 4)) as numerator,  -- follow-up touches of the kind
    cast(open_months as decimal(18, 4)) as denominator,  -- open account-days, in thirties
    cast(numerator as double) / nullif(cast(cast(open_months as decimal(18, 4)) as double), 0) as value,  -- touches per 30 open account-days
    basis,  -- what open accounts were counted from: accounts or ar_snapshots; null where they are unknown
    measured_on  -- day
from measures
