-- One row per claim whose charges a known person entered after the note was final: how long the charges had been ready by then,
-- in business hours, and whether that was within the term. Ready is the latest of three moments before the entry: the note was final, the
-- visit was coded, the last query about it was answered. What lies before is the provider's and the coder's time. The
-- person's lost days do not count. The feed tells of a note only once its charges are entered, so nothing here is open.
-- grain: pcn
-- slice: pcn (key)
-- restated by: ledger.entry_lags.pcn
-- restated by: ledger.first_passes.pcn
-- restated by: intake.coding.encounter_id via encounter_id
-- restated by: ledger.query_times.encounter_id via encounter_id
-- restated by: ledger.lost_days.staff_id via staff_id
-- restated by: ledger.parameters
-- restated by: ledger.calendar
-- restated by: ledger.days_by_date
with entries as (
    select pcn, encounter_id, entered_by, doc_final_at, entered_at, entered_on
    from ledger.entry_lags
    where
        pcn in (select key from ops.restating) and entered_by is not null and doc_final_at is not null
        and not is_before_the_note
),

latest_delivery_of_each_chart as (
    select encounter_id, finished_at
    from intake.coding
    where encounter_id in (select e.encounter_id from entries as e) and event_date >= $horizon
    qualify row_number() over (partition by encounter_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

last_answers_before_the_entry as (
    select e.pcn, max(q.answered_at) as answered_at
    from entries as e
    inner join ledger.query_times as q on q.encounter_id = e.encounter_id and q.answered_at <= e.entered_at
    group by e.pcn
),

entries_that_became_ready as (
    select
        e.pcn, e.encounter_id, e.entered_by, e.doc_final_at, e.entered_at, e.entered_on,
        greatest(
            e.doc_final_at, coalesce(c.finished_at, e.doc_final_at), coalesce(a.answered_at, e.doc_final_at)
        ) as ready_at
    from entries as e
    left join latest_delivery_of_each_chart as c on c.encounter_id = e.encounter_id and c.finished_at <= e.entered_at
    left join last_answers_before_the_entry as a on a.pcn = e.pcn
),

entries_on_the_office_clock as (
    select
        e.pcn, e.encounter_id, e.entered_by, e.doc_final_at, e.ready_at, e.entered_at, e.entered_on, r.day as ready_on,
        n.working_s_before
        + coalesce(date_diff('second', n.opens_at, greatest(n.opens_at, least(n.closes_at, e.entered_at))), 0)
        - r.working_s_before
        - coalesce(date_diff('second', r.opens_at, greatest(r.opens_at, least(r.closes_at, e.ready_at))), 0) as working_s
    from entries_that_became_ready as e
    inner join ledger.days_by_date as r
        on r.some_date = cast(e.ready_at as date) and r.begins_at <= e.ready_at and e.ready_at < r.ends_at
    inner join ledger.calendar as n on n.day = e.entered_on
),

working_time_of_lost_days as (
    select
        e.pcn,
        sum(greatest(
            0, date_diff('second', greatest(k.opens_at, e.ready_at), least(k.closes_at, e.entered_at))
        )) as lost_s
    from entries_on_the_office_clock as e
    inner join ledger.lost_days as l
        on l.staff_id = e.entered_by and l.lost_on >= e.ready_on and l.lost_on <= e.entered_on
    inner join ledger.calendar as k on k.day = l.lost_on and k.is_working
    group by e.pcn
)

select
    e.pcn,  -- the provider's claim number
    e.encounter_id,  -- visit or stay that was billed
    e.entered_by as staff_id,  -- who entered the charges
    coalesce(p.complexity, 'medium') as complexity,  -- of the claim, by its first submission; medium while unknown
    e.doc_final_at,  -- when the note was signed
    e.ready_at,  -- when nothing stood in the way of the entry: note final, visit coded, queries answered
    e.entered_at,  -- when the charges were entered
    cast((e.working_s - coalesce(l.lost_s, 0)) / 3600.0 as decimal(18, 4)) as working_h,  -- business hours from ready to entered, without lost days
    e.working_s - coalesce(l.lost_s, 0)
    <= (select t.value from ledger.parameters as t where t.name = 'entry_term_h') * 3600 as is_in_time,  -- whether that is within the term
    e.entered_on  -- day of the entry, in the office's time zone
from entries_on_the_office_clock as e
left join working_time_of_lost_days as l on l.pcn = e.pcn
left join ledger.first_passes as p on p.pcn = e.pcn
