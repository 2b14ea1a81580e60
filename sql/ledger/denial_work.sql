-- One row per person, day and denial: what was done about a denial, and the time that it took.
-- Looking (status_check, view) is no substantive action, and a note is one only when it finishes the denial. An entry without
-- a disposition counts as looking. Time on a return is the time after the payer sent an appeal of the denial back for
-- documents and before it decided that appeal.
-- grain: staff_id, denial_id, worked_on
-- slice: worked_on
-- restated by: ledger.touches.worked_on
-- restated by: ledger.item_hours.worked_on
-- restated by: ledger.denial_cases.denial_id via ledger.touches.item_id
-- restated by: ledger.appeal_states.denial_id via ledger.touches.item_id
with touches_of_denials as (
    select
        touch_id, staff_id, role, item_id as denial_id, complexity, started_at, active_s, worked_on,
        disposition_code is not null and action_code not in ('status_check', 'view')
        and (action_code <> 'note' or is_completed) as is_substantive
    from ledger.touches
    where worked_on between $from and $to and item_type = 'denial'
),

touches_after_a_return as (
    select distinct t.touch_id
    from touches_of_denials as t
    inner join ledger.appeal_states as a on a.denial_id = t.denial_id
    where
        a.returned_for_docs_at is not null and t.started_at >= a.returned_for_docs_at
        and (a.decided_at is null or t.started_at < a.decided_at)
),

work_of_each_day as (
    select
        t.staff_id, t.role, t.denial_id, t.worked_on, min(t.complexity) as complexity,
        max(case when t.is_substantive then 1 else 0 end) as n_substantive,
        sum(t.active_s) as active_s,
        sum(case when r.touch_id is not null then t.active_s else 0 end) as return_s
    from touches_of_denials as t
    left join touches_after_a_return as r on r.touch_id = t.touch_id
    group by t.staff_id, t.role, t.denial_id, t.worked_on
),

hours_of_each_denial as (
    select staff_id, item_id, worked_on, sum(productive_h) as productive_h
    from ledger.item_hours
    where worked_on between $from and $to and item_type = 'denial'
    group by staff_id, item_id, worked_on
)

select
    w.staff_id,  -- person
    w.role,  -- billing role held that day
    w.denial_id,  -- denial worked
    w.complexity,  -- complexity of the claim; medium while unknown
    coalesce(d.payer_id, 'unknown') as payer_id,  -- payer of the denial; unknown where the worklist does not hold it
    coalesce(d.tier, 'unmapped') as tier,  -- registration_technical, coding_information, clinical or unmapped
    w.n_substantive > 0 as is_substantive,  -- whether something was done beyond looking
    cast(w.active_s / 3600 as decimal(18, 4)) as active_h,  -- active hours
    cast(w.return_s / 3600 as decimal(18, 4)) as return_h,  -- of those, hours on an appeal that the payer had sent back for documents
    cast(h.productive_h as decimal(18, 4)) as productive_h,  -- part of the day's productive hours that went to it; null on a day without a shift
    w.worked_on  -- day of the work
from work_of_each_day as w
left join ledger.denial_cases as d on d.denial_id = w.denial_id
left join hours_of_each_denial as h on h.staff_id = w.staff_id and h.item_id = w.denial_id and h.worked_on = w.worked_on
