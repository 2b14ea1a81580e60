-- One row per published value, metric, group, source and year: what somebody else measured or claims, shown beside the
-- office's own number and never a target; no band reads this table. The built-in ones are facts quoted from public pages,
-- each with what keeps it from being compared; licensed values are not among them, load your own (feed reference_values).
-- An own row of the same metric, group, source and year takes the place of the built-in one.
-- grain: metric, group_id, source, year
-- slice: all
-- restated by: intake.reference_values
-- restated by: ledger.parameters
with published (metric, group_id, low, value, high, source, n, year, caveat) as (
    values
    ('initial_denial_rate.dollars', 'hospitals', 0.1015, 0.102, 0.102, 'Kodiak Solutions, via HealthLeaders', null, 2020, 'Share of claim value, not of charges judged.'),
    ('initial_denial_rate.dollars', 'hospitals', null, 0.118, null, 'Kodiak Solutions, via HealthLeaders', null, 2024, 'Share of claim value, not of charges judged.'),
    ('initial_denial_rate.claims', 'hospitals', null, 0.15, 0.49, 'Premier survey', null, 2023, 'Answers of hospitals to a survey; the high end is the highest answer.'),
    ('initial_denial_rate.claims', 'marketplace plans', 0.01, 0.19, 0.54, 'KFF, from CMS', null, 2023, 'Told by plans about final decisions, in network; not comparable with a provider''s first decisions.'),
    ('clean_claim_rate.hfma', '', 0.95, null, 0.98, 'Trade press', null, null, 'A rule of thumb without data; sources mean different stages by it.'),
    ('first_pass_yield.submitted', '', 0.90, null, null, 'Office Ally glossary', null, null, 'A rule of thumb without data.'),
    ('first_pass_yield.adjudicated', '', null, 0.85, null, 'Tebra, via trade press', null, null, 'Called first-pass acceptance; the source does not say which of the three rates it means.'),
    ('aged_ar.over_90_of_billed', 'hospitals', null, 0.359, null, 'Kodiak Solutions', null, 2024, 'Aging basis not stated; the ten best had 22.5 percent.'),
    ('days_in_ar.net', 'hospitals', null, 56.9, null, 'Kodiak Solutions', null, 2024, 'By that publisher''s own definition of days; the ten best had 43.6.'),
    ('days_in_ar.net', '', null, 30, 40, 'Trade press', null, null, 'A rule of thumb: best below the value, acceptable below the high end.'),
    ('cost_to_collect.cash', '', 0.02, null, 0.04, 'Trade press', null, null, 'A rule of thumb; what counts as cost differs.'),
    ('overturn_rate.appealed', 'hospitals', null, 0.63, null, 'Change Healthcare', null, 2016, 'Estimate of a vendor.'),
    ('overturn_rate.appealed', 'marketplace plans', null, 0.44, null, 'KFF, from CMS', null, 2023, 'Internal appeals of consumers, told by plans.'),
    ('overturn_rate.denied', 'hospitals', null, 0.70, null, 'Premier survey', null, 2023, 'Overturned and paid, of all denials; answers to a survey.'),
    ('rework_cost', 'hospitals', null, 118, null, 'Change Healthcare', null, 2016, 'Derived from a total cost of appeals; USD per claim.'),
    ('rework_cost', 'hospitals', null, 43.84, null, 'Premier survey', null, 2022, 'Answers to a survey; USD per denial.'),
    ('rework_cost', 'hospitals', null, 57.23, null, 'Premier survey', null, 2023, 'Answers to a survey; USD per denial.'),
    ('cost_per_touch', '', 3.50, 4.00, 6.00, 'MedEvolve', null, null, 'Average and range of a vendor''s clients.'),
    ('avoidable_touch_share', '', 0.60, null, 0.80, 'MedEvolve', null, null, 'Clients at the start, by the vendor''s own map of actions; its target is 0.20.'),
    ('zero_touch_rate.after_service', '', null, 0.506, null, 'MedEvolve', 1, null, 'One client of a vendor.'),
    ('output_per_hour.coder', 'evaluation and management', 8, 12, 20, 'ICD10monitor poll', 255, null, 'Quartiles and median of what coders said; the median''s own interval is 10 to 15.'),
    ('output_per_hour.coder', 'primary care', 20, null, 30, 'AMBCI', null, null, 'An assertion without data; contradicts the poll by a factor of two.'),
    ('output_per_hour.coder', 'inpatient', null, 3, null, 'AHIMA', null, 2012, 'A survey of inpatient charts; before ICD-10.'),
    ('automation_rate.era', '', null, 0.937, null, 'PNC, HAB survey', 11, 2019, 'Share of insurance payments by direct remittance; eleven answers.'),
    ('wrvu.actual', 'palliative care', null, 2400, null, 'AAHPM', 29, 2010, 'Twenty-nine answers; settings mixed, by the schedule of that year.'),
    ('wrvu.actual', 'palliative care', null, 2300, null, 'CAPC', null, null, 'Told informally, without year or number; settings mixed.'),
    ('wrvu.actual', 'palliative care physicians', 2300, null, 3400, 'Told among programmes', null, null, 'Informal; settings and years mixed.'),
    ('wrvu.actual', 'palliative care advanced practice nurses', 1500, null, 2700, 'Told among programmes', null, null, 'Informal; settings and years mixed.'),
    ('wrvu.actual', 'palliative care', null, 4250, null, 'One programme', 1, null, 'A single programme; no reason to think it typical.'),
    ('wrvu.actual', 'palliative care', null, 2500, null, 'A proposal', null, null, 'Proposed as a goal, measured nowhere.'),
    ('wrvu_per_worked_day.actual', 'palliative care', 10, null, 12, 'Told among programmes', null, null, 'A common goal, not a measurement.'),
    ('wrvu_per_shift.actual', 'palliative care', null, 12, null, 'Told among programmes', null, null, 'Mean of what programmes tell; the length of a shift differs.'),
    ('fill_rate.booked', 'primary care', 0.90, null, 0.95, 'AAFP, Family Practice Management', null, 2004, 'A rule of thumb for primary care; counts visits kept or booked.')
),

values_of_the_office as (
    select metric, coalesce(group_id, '') as group_id, low, value, high, source, n, year, caveat
    from intake.reference_values
    qualify row_number() over (
        partition by metric, coalesce(group_id, ''), source, year
        order by effective_from desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

-- What the practice's own work calendar leads to: a line to read beside the number.
goal_of_the_calendar as (
    select
        max(case when name = 'wrvu_year_goal' then value end) / nullif(
            max(case when name = 'wrvu_year_weekdays' then value end) - max(case when name = 'wrvu_year_leave_days' then value end)
            - max(case when name = 'wrvu_year_other_days' then value end), 0
        ) as value
    from ledger.parameters
),

values_of_both as (
    select metric, group_id, low, value, high, source, n, year, caveat, 'office' as origin
    from values_of_the_office
    union all
    select metric, group_id, low, value, high, source, n, year, caveat, 'built_in' as origin
    from published as p
    where not exists (
        select 1
        from values_of_the_office as o
        where o.metric = p.metric and o.group_id = p.group_id and o.source = p.source and o.year = p.year
    )
    union all
    select
        'wrvu_per_worked_day.actual' as metric, '' as group_id, null as low, value, null as high, 'Work calendar' as source, null as n,
        null as year, 'The goal of the configuration by its working days; a reference line, not a target.' as caveat,
        'configuration' as origin
    from goal_of_the_calendar
    where value > 0
)

select
    'reference_values.cited' as definition_id,  -- which definition
    metric,  -- definition that it stands beside
    group_id,  -- specialty, setting or kind of office that it holds for; empty for all
    cast(low as double) as low,  -- lower end of what was published; null where none was
    cast(value as double) as value,  -- the value, in the unit of the metric; null where only a range was published
    cast(high as double) as high,  -- upper end; null where none was
    source,  -- who published it
    cast(n as bigint) as n,  -- how many it rests on; null where not told
    cast(year as bigint) as year,  -- year of the data; null where it is not told
    caveat,  -- what keeps it from being compared
    origin  -- built_in, office where it came with the feed, or configuration
from values_of_both
