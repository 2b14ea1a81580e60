-- One row per measure and group of clinicians: bands of work RVU and visits per worked day, of the newest version. None of them is a
-- target: they are ranges to talk about, and where a panel is capitated there is none, because volume is no goal there. With a season
-- they are those of the mean of the year: a value of the window is divided by it before it is held against them, one of a whole year is not.
-- grain: definition_id, specialty, setting, clinician_type, payment_model
-- slice: all
-- restated by: bands.clinicians
with newest_version as (
    select version_id
    from bands.clinicians
    qualify row_number() over (order by as_of desc, known_at desc, version_id desc) = 1
)

select
    b.definition_id as definition_id,  -- definition of the measure
    b.specialty as specialty,  -- specialty
    b.setting as setting,  -- usual setting
    b.clinician_type as clinician_type,  -- physician, aprn, pa and so on
    b.payment_model as payment_model,  -- fee_for_service, mixed, capitation or unknown: how the visits of these clinicians are paid
    b.statement as statement,  -- what the payment model means for the band
    b.unit as unit,  -- unit of the values
    b.acceptable as acceptable,  -- what half of the clinicians reach; null while learning or withheld
    b.acceptable_low as acceptable_low,  -- lower end of the 90 % interval of what was measured
    b.acceptable_high as acceptable_high,  -- upper end of it
    b.strong as strong,  -- what a quarter of them reach
    b.strong_low as strong_low,  -- lower end of the 90 % interval of what was measured
    b.strong_high as strong_high,  -- upper end of it
    b.exceptional as exceptional,  -- what one in ten reaches
    b.exceptional_low as exceptional_low,  -- lower end of the 90 % interval of what was measured
    b.exceptional_high as exceptional_high,  -- upper end of it
    b.season as season,  -- what the window's days usually bring over the mean of the year, taken out of the bands; null where it is unknown (bands are those of the window) or nothing is shown
    b.is_capped as is_capped,  -- whether a value was held near the version before
    b.cap_reason as cap_reason,  -- why
    b.contributors as contributors,  -- class of the number of clinicians: <5, 5-10, 11-20, >20
    b.status as status,  -- learning, withheld, provisional or proposed; none is a target
    b.reasons as reasons,  -- why it has that status
    b.as_of as as_of,  -- last day of the window
    b.window_from as window_from,  -- first day of the window
    b.version_id as version_id  -- version, see bands.clinicians
from bands.clinicians as b
inner join newest_version as n on n.version_id = b.version_id
