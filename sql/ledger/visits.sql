-- One row per visit in its latest state: who saw whom, whether it took place, and whether it can be billed.
-- grain: encounter_id
-- slice: encounter_id (key)
-- restated by: intake.encounters.encounter_id
with latest_state_of_each_visit as (
    select
        encounter_id, provider_npi, person_key, payer_id, status, setting, is_billable, tags, minutes, documented_at, visit_date
    from intake.encounters
    where encounter_id in (select key from ops.restating)
    qualify row_number() over (
        partition by encounter_id order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
)

select
    encounter_id,  -- visit
    provider_npi,  -- clinician
    person_key,  -- patient, as a pseudonym
    payer_id,  -- payer; null where not told
    status,  -- completed, no_show, cancelled or scheduled
    coalesce(setting, 'unknown') as setting,  -- inpatient, clinic, home, facility or telehealth
    coalesce(is_billable, true) as is_billable,  -- whether it can be billed; a visit of which nothing is said can
    tags,  -- documented eligible services, joined by ':'
    minutes,  -- minutes with the patient
    documented_at,  -- when the note was signed; null while it is not
    visit_date  -- day of the visit
from latest_state_of_each_visit
