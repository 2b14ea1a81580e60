-- One row per appeal that was filed, in its latest state, with the denial that it fights. An appeal of a level is a request;
-- any part won makes it overturned. Filed in time: on or before the deadline, or without one that we know.
-- grain: appeal_id
-- slice: appeal_id (key)
-- restated by: intake.appeals.appeal_id
-- restated by: ledger.denial_cases.denial_id via denial_id
with latest_state_of_each_appeal as (
    select
        appeal_id, denial_id, pcn, level, filed_by, filed_at, deadline_on, decided_at, decision, recovered_amount,
        returned_for_docs_at
    from intake.appeals
    where appeal_id in (select key from ops.restating)
    qualify row_number() over (
        partition by appeal_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
)

select
    a.appeal_id,  -- number of the appeal
    a.denial_id,  -- denial appealed
    coalesce(d.pcn, a.pcn) as pcn,  -- claim number
    coalesce(d.payer_id, 'unknown') as payer_id,  -- payer of the denial; unknown where the worklist does not hold it
    cast(coalesce(a.level, 1) as bigint) as level,  -- 1 reconsideration or redetermination, then 2, 3 ...
    a.filed_by,  -- who filed it
    cast(a.filed_at as date) as filed_on,  -- day of the filing
    a.deadline_on is null or cast(a.filed_at as date) <= a.deadline_on as is_in_time,  -- whether it was filed by the deadline
    a.returned_for_docs_at,  -- when the payer sent it back for documents; null if never
    cast(a.returned_for_docs_at as date) as returned_on,  -- its day
    a.decided_at,  -- when the payer decided; null while open
    a.decided_at is not null or a.decision is not null as is_decided,  -- whether the payer has decided
    coalesce(a.decision in ('overturned', 'partial'), false) as is_overturned,  -- whether any of it was won
    cast(coalesce(a.recovered_amount, 0) as decimal(18, 2)) as recovered_amount,  -- paid because of the appeal, USD
    d.denied_on,  -- day of the denial; null where the worklist does not hold it
    cast(coalesce(d.amount, 0) as decimal(18, 2)) as denied_amount,  -- denied charge, USD
    coalesce(d.is_appealable, true) as is_appealable  -- whether the denial can be appealed at all
from latest_state_of_each_appeal as a
left join ledger.denial_cases as d on d.denial_id = a.denial_id
where a.filed_at is not null
