-- One row per definition, clinician and quarter of the audit: how the level that was billed lies beside the one that the note supports,
-- always on both sides, and what the difference means in work RVU and in dollars. Work RVU and conversion factor are those of
-- the day of the visit, dollars the national amount at the place of the visit; no locality is taken into account. Intervals
-- hold at 90 %: Wilson's for shares, a normal one for means, and that only from em_audit_min visits on.
-- grain: definition_id, provider_npi, clinician_type, specialty, setting, measured_on
-- slice: all
-- restated by: intake.em_audits
-- restated by: ledger.visits
-- restated by: ledger.work_values
-- restated by: ledger.provider_periods
-- restated by: ledger.parameters
with latest_delivery_of_each_audit as (
    select audit_id, encounter_id, provider_npi, billed_code, documented_code, event_date
    from intake.em_audits
    qualify row_number() over (partition by audit_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

audits as (
    select
        a.audit_id, a.provider_npi, a.billed_code, a.documented_code,
        cast(date_trunc('quarter', a.event_date) as date) as quarter, coalesce(v.visit_date, a.event_date) as visit_date,
        coalesce(v.setting in ('inpatient', 'facility'), false) as is_facility
    from latest_delivery_of_each_audit as a
    left join ledger.visits as v on v.encounter_id = a.encounter_id
),

differences as (
    select
        a.audit_id, a.provider_npi, a.quarter, a.visit_date,
        case when d.em_family = b.em_family then d.em_level - b.em_level end as levels,
        d.work_rvu - b.work_rvu as wrvu,
        case
            when a.is_facility then d.total_facility * d.conversion_factor - b.total_facility * b.conversion_factor
            else d.total_nonfacility * d.conversion_factor - b.total_nonfacility * b.conversion_factor
        end as dollars
    from audits as a
    left join ledger.work_values as b
        on b.procedure_code = a.billed_code and b.modifier = '' and a.visit_date between b.valid_from and b.valid_to
    left join ledger.work_values as d
        on d.procedure_code = a.documented_code and d.modifier = '' and a.visit_date between d.valid_from and d.valid_to
),

differences_and_who as (
    select
        d.provider_npi, d.quarter, d.levels, d.wrvu, d.dollars, sign(coalesce(d.levels, d.wrvu)) as direction,
        coalesce(p.clinician_type, 'unknown') as clinician_type, coalesce(p.specialty, 'unknown') as specialty,
        coalesce(p.setting, 'unknown') as setting
    from differences as d
    left join ledger.provider_periods as p
        on p.provider_npi = d.provider_npi and d.visit_date >= p.valid_from
        and (p.valid_to is null or d.visit_date <= p.valid_to)
),

findings as (
    select
        'undercoding_rate.audited' as definition_id, provider_npi, clinician_type, specialty, setting, quarter, true as is_share,
        case when direction > 0 then 1 else 0 end as x
    from differences_and_who
    where direction is not null
    union all
    select
        'overcoding_rate.audited' as definition_id, provider_npi, clinician_type, specialty, setting, quarter, true as is_share,
        case when direction < 0 then 1 else 0 end as x
    from differences_and_who
    where direction is not null
    union all
    select
        'em_level_difference.audited' as definition_id, provider_npi, clinician_type, specialty, setting, quarter,
        false as is_share, levels as x
    from differences_and_who
    where levels is not null
    union all
    select
        'em_wrvu_effect.audited' as definition_id, provider_npi, clinician_type, specialty, setting, quarter, false as is_share,
        wrvu as x
    from differences_and_who
    where wrvu is not null
    union all
    select
        'em_dollar_effect.audited' as definition_id, provider_npi, clinician_type, specialty, setting, quarter, false as is_share,
        dollars as x
    from differences_and_who
    where dollars is not null
),

sums as (
    select
        definition_id, provider_npi, clinician_type, specialty, setting, quarter, is_share, count(*) as n,
        sum(cast(x as decimal(18, 6))) as total,
        cast(sum(cast(x as decimal(18, 6)) * cast(x as decimal(18, 6))) as double) as squares
    from findings
    group by definition_id, provider_npi, clinician_type, specialty, setting, quarter, is_share
),

least_audits as (
    select value as least
    from ledger.parameters
    where name = 'em_audit_min'
),

middles as (
    select
        s.definition_id, s.provider_npi, s.clinician_type, s.specialty, s.setting, s.quarter, s.n, s.total,
        case
            when s.is_share then (cast(s.total as double) + 1.352771727047702) / (s.n + 2.705543454095404)
            when s.n >= l.least then cast(s.total as double) / s.n
        end as middle,
        case
            when s.is_share
                then 1.6448536269514722 * sqrt(cast(s.total as double) * (s.n - cast(s.total as double)) / s.n + 0.676385863523851)
                    / (s.n + 2.705543454095404)
            when s.n >= l.least
                then 1.6448536269514722
                    * sqrt(greatest(0, s.squares - cast(s.total as double) * cast(s.total as double) / s.n) / (s.n - 1) / s.n)
        end as half
    from sums as s
    cross join least_audits as l
)

select
    definition_id,  -- which definition
    provider_npi,  -- clinician
    clinician_type,  -- type on the day of the visit
    specialty,  -- specialty on that day
    setting,  -- usual setting on that day
    cast(total as decimal(18, 4)) as numerator,  -- visits billed too low or too high, or the sum of the differences, documented less billed
    cast(n as decimal(18, 4)) as denominator,  -- audited visits of which both levels are known
    cast(total as double) / n as value,  -- share, or mean difference in levels, work RVU or USD per audited visit
    middle - half as low,  -- lower end of the 90 % interval; null for means of too few visits
    middle + half as high,  -- upper end
    quarter as measured_on  -- first day of the quarter of the audits
from middles
