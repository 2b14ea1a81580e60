-- One row per clinician and month: how far the last twelve months' work RVU per clinical FTE-year lie from the specialty median
-- that the office has loaded, with the interval of the clinician's own rate. The median's own uncertainty is not in it, as a rule
-- nobody tells it. A month that rests on too few days, or a specialty without a loaded median, says so and has no number.
-- grain: definition_id, provider_npi, measured_on
-- slice: all
-- restated by: measures.wrvu_years
-- restated by: measures.reference_values
-- restated by: ledger.parameters
with medians as (
    select lower(trim(group_id)) as specialty, value, source, year
    from measures.reference_values
    where metric = 'wrvu.actual' and origin = 'office' and value is not null
),

least_days as (
    select value
    from ledger.parameters
    where name = 'wrvu_min_days'
),

beside_a_median as (
    select
        y.provider_npi, y.clinician_type, y.specialty, y.setting, y.n_days, y.value, y.low, y.high, y.measured_on,
        m.value as median, m.source, m.year,
        case
            when m.value is null then 'no median loaded for the specialty'
            when y.n_days < l.value then 'fewer days than wrvu_min_days'
            when y.value is null then 'no clinical FTE'
        end as reason
    from measures.wrvu_years as y
    cross join least_days as l
    left join medians as m on m.specialty = lower(trim(y.specialty)) and m.year <= extract(year from y.measured_on)
    where y.definition_id = 'wrvu_twelve_months.actual'
    qualify row_number() over (
        partition by y.provider_npi, y.measured_on order by m.year desc nulls last, m.source
    ) = 1
)

select
    'specialty_gap.median' as definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type
    specialty,  -- specialty
    setting,  -- usual setting
    n_days,  -- days that the clinician's rate rests on
    median,  -- the loaded median; null where none is
    source as reference_source,  -- who published it
    year as reference_year,  -- year of its data: the latest that is not after the month's
    case when reason is null then value - median end as value,  -- work RVU per clinical FTE-year above the median; below it where negative
    case when reason is null then low - median end as low,  -- lower end of the 90 % interval
    case when reason is null then high - median end as high,  -- upper end
    reason,  -- why there is no number; null where there is one
    measured_on  -- first day of the last month
from beside_a_median
