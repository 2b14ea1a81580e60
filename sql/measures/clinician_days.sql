-- One row per measure of clinicians' output, clinician and day: the frame that their bands are read from. Which measures these are
-- stands in assets/bands/clinicians.py too; a test holds the two together. The counts tell how the day's work is paid: by visits
-- where a completed one names its payer, because capitated visits may send no claim, else by lines of claims.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: measured_on
-- restated by: measures.by_clinician.measured_on
-- restated by: ledger.visits.visit_date
-- restated by: ledger.services.service_date
-- restated by: ledger.payer_models
with measures_with_a_band (definition_id) as (
    values
    ('wrvu_per_worked_day.actual'), ('encounters_per_day.all')
),

work_with_its_payer as (
    select 'visit' as source, provider_npi, payer_id, visit_date as work_date
    from ledger.visits
    where status = 'completed' and payer_id is not null and visit_date between $from and $to
    union all
    select 'line' as source, provider_npi, payer_id, service_date as work_date
    from ledger.services
    where payer_id is not null and service_date between $from and $to
),

counts as (
    select
        w.source, w.provider_npi, w.work_date,
        count(*) filter (where m.volume_targets_allowed) as n_by_volume,
        count(*) filter (where not m.volume_targets_allowed) as n_not_by_volume,
        count(*) filter (where m.payer_id is null) as n_untold
    from work_with_its_payer as w
    left join ledger.payer_models as m
        on m.payer_id = w.payer_id and w.work_date >= m.valid_from and (m.valid_to is null or w.work_date <= m.valid_to)
    group by w.source, w.provider_npi, w.work_date
),

better_of_the_two as (
    select provider_npi, work_date, n_by_volume, n_not_by_volume, n_untold
    from counts
    qualify row_number() over (partition by provider_npi, work_date order by source desc) = 1
)

select
    c.definition_id,  -- definition of the measure
    c.provider_npi,  -- clinician
    c.clinician_type,  -- type on that day
    c.specialty,  -- specialty on that day
    c.setting,  -- usual setting on that day
    cast(coalesce(b.n_by_volume, 0) as bigint) as n_by_volume,  -- visits of payers that pay by volume
    cast(coalesce(b.n_not_by_volume, 0) as bigint) as n_not_by_volume,  -- visits of payers that do not: capitation, or no fee-for-service chassis
    cast(coalesce(b.n_untold, 0) as bigint) as n_untold,  -- visits of payers without a contract on that day
    cast(c.numerator as double) as numerator,  -- in the unit of the definition
    cast(c.denominator as double) as denominator,  -- in the unit of the definition
    c.measured_on  -- day
from measures.by_clinician as c
inner join measures_with_a_band as m on m.definition_id = c.definition_id
left join better_of_the_two as b on b.provider_npi = c.provider_npi and b.work_date = c.measured_on
where c.measured_on between $from and $to and c.numerator is not null and c.denominator > 0
