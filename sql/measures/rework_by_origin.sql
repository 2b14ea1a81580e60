-- One row per person, role, complexity and day of first submission: claims that the person coded or entered, and those
-- that came back because of that step. Rework is charged to whoever did the step in which the error arose, never to
-- whoever mended it.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.reworked_claims.first_submitted_on
with claims_by_who_made_them as (
    select
        'coder' as role, coder_id as staff_id, complexity, first_submitted_on, coalesce(origin_role = 'coder', false) as is_charged
    from ledger.reworked_claims
    where first_submitted_on between $from and $to and coder_id is not null
    union all
    select
        'charge_entry' as role, charge_entered_by as staff_id, complexity, first_submitted_on,
        coalesce(origin_role = 'charge_entry', false) as is_charged
    from ledger.reworked_claims
    where first_submitted_on between $from and $to and charge_entered_by is not null
),

claims_of_each_person_and_day as (
    select
        staff_id, role, complexity, first_submitted_on,
        count(*) filter (where is_charged) as n_charged,
        count(*) as n_claims
    from claims_by_who_made_them
    group by staff_id, role, complexity, first_submitted_on
)

select
    'rework_volume.by_person' as definition_id,  -- which definition
    staff_id,  -- who coded the visit or entered the charges
    role,  -- role of that step
    complexity,  -- complexity of the claims
    cast(n_charged as decimal(18, 4)) as numerator,  -- claims that came back because of the step
    cast(n_claims as decimal(18, 4)) as denominator,  -- claims that the person coded or entered
    cast(n_charged as double) / nullif(n_claims, 0) as value,  -- share
    first_submitted_on as measured_on  -- day of the first submission
from claims_of_each_person_and_day
