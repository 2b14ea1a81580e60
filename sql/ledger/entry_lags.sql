-- One row per claim whose charges were entered: service, documentation final, entry. The feed tells of a note only once its
-- charges are entered, so nothing here is open. An entry before the note was final is kept and marked: it is no lag.
-- grain: pcn
-- slice: pcn (key)
-- restated by: intake.charge_entries.pcn
select
    pcn,  -- the provider's claim number
    encounter_id,  -- visit or stay that was billed
    provider_npi,  -- rendering provider, who signs the note
    entered_by,  -- who entered the charges
    payer_id,  -- payer entered
    service_date,  -- first date of service
    doc_final_at,  -- when the note was signed; null where the export does not say
    entered_at,  -- when the charges were entered
    event_date as entered_on,  -- its day, in the office's time zone
    coalesce(entered_at < doc_final_at, false) as is_before_the_note  -- charges entered before the note was final
from intake.charge_entries
where pcn in (select key from ops.restating) and event_date >= $horizon
qualify row_number() over (partition by pcn order by delivery_date desc, file_id desc, row_no desc) = 1
