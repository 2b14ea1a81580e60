-- One row per definition, clinician and day: what became of the slots that could be booked. Blocked time is in none of the
-- numbers, and neither are days that are not over: of a slot in the future nobody knows whether it will be kept.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: all
-- restated by: ledger.slots
-- restated by: ledger.provider_periods
with last_day as (
    select max(updated_on) as day
    from ledger.slots
),

days as (
    select
        s.provider_npi, s.slot_date, count(*) as n_bookable, count(*) filter (where s.status = 'completed') as n_completed,
        count(*) filter (where s.status in ('booked', 'completed', 'no_show')) as n_booked,
        count(*) filter (where s.status = 'no_show') as n_no_show,
        count(*) filter (where s.status in ('completed', 'no_show')) as n_told
    from ledger.slots as s
    inner join last_day as l on s.slot_date < l.day
    where s.is_bookable
    group by s.provider_npi, s.slot_date
),

days_and_who as (
    select
        d.provider_npi, d.slot_date, d.n_bookable, d.n_completed, d.n_booked, d.n_no_show, d.n_told,
        coalesce(p.clinician_type, 'unknown') as clinician_type, coalesce(p.specialty, 'unknown') as specialty,
        coalesce(p.setting, 'unknown') as setting
    from days as d
    left join ledger.provider_periods as p
        on p.provider_npi = d.provider_npi and d.slot_date >= p.valid_from and (p.valid_to is null or d.slot_date <= p.valid_to)
),

variants as (
    select
        'fill_rate.completed' as definition_id, provider_npi, clinician_type, specialty, setting, n_completed as numerator,
        n_bookable as denominator, slot_date
    from days_and_who
    union all
    select
        'fill_rate.booked' as definition_id, provider_npi, clinician_type, specialty, setting, n_booked as numerator,
        n_bookable as denominator, slot_date
    from days_and_who
    union all
    select
        'no_show_share.slots' as definition_id, provider_npi, clinician_type, specialty, setting, n_no_show as numerator,
        n_told as denominator, slot_date
    from days_and_who
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on that day
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(numerator as decimal(18, 4)) as numerator,  -- slots kept, booked, or not shown up for
    cast(denominator as decimal(18, 4)) as denominator,  -- slots that could be booked; for no-shows, those kept or not
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share; null without slots
    slot_date as measured_on  -- day
from variants
