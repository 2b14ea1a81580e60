-- One row per definition, person, complexity, payer and day: appeals that came back for want of documents, on the day
-- of the filing, and the time spent on them, on the day of the work. An appeal that the payer has neither decided nor sent
-- back is open and stands beside the share.
-- grain: definition_id, staff_id, role, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.appeal_states.filed_on
-- restated by: ledger.denial_work.worked_on
-- restated by: ledger.staff_roles.staff_id via staff_id
with appeals as (
    select
        a.filed_by, coalesce(r.role, 'unknown') as role, coalesce(w.complexity, 'medium') as complexity, a.payer_id, a.filed_on,
        a.returned_on is not null as is_returned,
        a.returned_on is not null or a.is_decided as is_answered
    from ledger.appeal_states as a
    left join ledger.staff_roles as r
        on r.staff_id = a.filed_by and a.filed_on >= r.valid_from and (r.valid_to is null or a.filed_on <= r.valid_to)
    left join (
        select staff_id, denial_id, worked_on, min(complexity) as complexity
        from ledger.denial_work
        where worked_on between $from and $to
        group by staff_id, denial_id, worked_on
    ) as w on w.staff_id = a.filed_by and w.denial_id = a.denial_id and w.worked_on = a.filed_on
    where a.filed_on between $from and $to and a.filed_by is not null
),

returns_and_hours as (
    select
        'appeal_return_rate' as definition_id, filed_by as staff_id, role, complexity, payer_id, filed_on as measured_on,
        count(*) filter (where is_returned) as numerator, count(*) filter (where is_answered) as denominator,
        count(*) filter (where not is_answered) as n_open
    from appeals
    group by filed_by, role, complexity, payer_id, filed_on
    union all
    select
        'appeal_return_hours' as definition_id, staff_id, role, complexity, payer_id, worked_on as measured_on,
        sum(return_h) as numerator, sum(active_h) as denominator, 0 as n_open
    from ledger.denial_work
    where worked_on between $from and $to
    group by staff_id, role, complexity, payer_id, worked_on
)

select
    definition_id,  -- which definition: appeals returned, or the hours that they took
    staff_id,  -- who filed the appeal, or who did the work
    role,  -- billing role held that day
    complexity,  -- complexity of the claim; medium while unknown
    payer_id,  -- payer of the denial
    cast(numerator as decimal(18, 4)) as numerator,  -- appeals sent back for documents, or active hours on them
    cast(denominator as decimal(18, 4)) as denominator,  -- appeals that the payer has answered, or active hours on denials
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share; null without a denominator
    cast(n_open as bigint) as n_open,  -- appeals filed that the payer has neither decided nor sent back
    measured_on  -- day of the filing, or of the work
from returns_and_hours
