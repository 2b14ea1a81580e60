-- One row per denial, person who held it and question: first worked, or closed. When the term began for this person, when it ended
-- or will end, and whether the thing was done by then. A person holds a denial from the state of the worklist that first
-- names them (in the very first state, from the day of the denial) until a state names somebody else or nobody.
-- Days on which the payer had the claim or an appeal, and the person's lost days, do not count: a term ends on the day on which as
-- many other days have passed as it has. The payer has a claim from the day it went out again to the next remittance or
-- rejection, and an appeal from the filing to the decision, and to the remittance that pays it if it was won. Documents that a
-- payer asks for are part of the appeal, since no log says when they went out. What was taken away before the term ended is marked: nobody can say whether it would have been done.
-- Somebody named only by the work itself, as where a list is a pool, was never given the denial to work.
-- grain: denial_id, question, holding_no
-- slice: denial_id (key)
-- restated by: intake.denial_worklist.denial_id
-- restated by: ledger.denial_times.denial_id
-- restated by: ledger.appeal_states.denial_id
-- restated by: ledger.claim_events.pcn via pcn
-- restated by: ledger.first_passes.pcn via pcn
-- restated by: ledger.lost_days.staff_id via staff_id
-- restated by: ledger.parameters
-- restated by: ledger.calendar
-- restated by: ledger.days_by_date
with states as (
    select denial_id, assigned_to, updated_at, event_date
    from intake.denial_worklist
    where denial_id in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by denial_id, updated_at
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

states_with_the_one_before as (
    select
        denial_id, assigned_to, updated_at, event_date,
        row_number() over (partition by denial_id order by updated_at) as state_no,
        lag(assigned_to) over (partition by denial_id order by updated_at) as held_before_by
    from states
),

changes_of_hands as (
    select denial_id, assigned_to, updated_at, event_date, state_no
    from states_with_the_one_before
    where state_no = 1 or assigned_to is distinct from held_before_by
),

holdings as (
    select
        denial_id, assigned_to, event_date as held_from_on,
        case when state_no > 1 then updated_at end as held_from_at,
        row_number() over (partition by denial_id order by updated_at) as holding_no,
        lead(updated_at) over (partition by denial_id order by updated_at) as left_at,
        lead(event_date) over (partition by denial_id order by updated_at) as left_on
    from changes_of_hands
),

terms as (
    select
        max(case when name = 'first_work_term_days' then cast(value as integer) end) as first_work_days,
        max(case when name = 'denial_term_days' then cast(value as integer) end) as closing_days
    from ledger.parameters
    where name in ('first_work_term_days', 'denial_term_days')
),

questions as (
    select
        h.denial_id, d.pcn, 'first_worked' as question, h.holding_no, h.assigned_to, d.denied_on, h.held_from_on,
        h.held_from_at, d.first_worked_at as happened_at, d.resolved_at as moot_at, h.left_at, h.left_on,
        t.first_work_days as term_days
    from holdings as h
    inner join ledger.denial_times as d on d.denial_id = h.denial_id
    cross join terms as t
    where h.assigned_to is not null
    union all
    select
        h.denial_id, d.pcn, 'closed' as question, h.holding_no, h.assigned_to, d.denied_on, h.held_from_on, h.held_from_at,
        d.resolved_at as happened_at, null as moot_at, h.left_at, h.left_on, t.closing_days as term_days
    from holdings as h
    inner join ledger.denial_times as d on d.denial_id = h.denial_id
    cross join terms as t
    where h.assigned_to is not null
),

questions_with_days as (
    select
        q.denial_id, q.pcn, q.question, q.holding_no, q.assigned_to, q.term_days, q.denied_on,
        case when q.held_from_at is null then q.denied_on else greatest(q.denied_on, q.held_from_on) end as begins_on,
        case when q.left_at is null or q.happened_at <= q.left_at then h.day end as done_on,
        -- what was closed without ever being worked can no longer be worked
        case when q.happened_at is null and q.moot_at <= coalesce(q.left_at, q.moot_at) then m.day else q.left_on end as left_on
    from questions as q
    left join ledger.days_by_date as h
        on h.some_date = cast(q.happened_at as date) and h.begins_at <= q.happened_at and q.happened_at < h.ends_at
    left join ledger.days_by_date as m
        on m.some_date = cast(q.moot_at as date) and m.begins_at <= q.moot_at and q.moot_at < m.ends_at
    where
        -- what was done before, or by being taken up, was no longer to be done
        coalesce(q.happened_at > q.held_from_at, true) and coalesce(q.moot_at > q.held_from_at, true)
),

questions_that_begin_first as (
    select denial_id, pcn, question, holding_no, assigned_to, term_days, denied_on, begins_on, done_on, left_on
    from questions_with_days
    where coalesce(done_on >= begins_on, true) and coalesce(left_on >= begins_on, true)
),

remittances_and_rejections as (
    select pcn, event, source, submission_id, submitted_on, occurred_on
    from ledger.claim_events
    where
        pcn in (select q.pcn from questions_that_begin_first as q)
        and (event in ('file_rejected', 'claim_rejected') or source = '835')
),

-- Within a day nobody knows whether a remittance came before a claim went out again or after: it came before.
claims_sent_again as (
    select q.denial_id, q.question, q.holding_no, s.occurred_on as from_on, min(r.occurred_on) as until_on
    from questions_that_begin_first as q
    inner join ledger.claim_events as s on s.pcn = q.pcn and s.event = 'submitted' and s.occurred_on >= q.denied_on
    left join remittances_and_rejections as r
        on r.pcn = s.pcn
        and (
            (r.source = '835' and r.occurred_on > s.occurred_on)
            or (r.source <> '835' and r.submission_id = s.submission_id and r.submitted_on = s.submitted_on)
        )
    where q.question = 'closed'
    group by q.denial_id, q.question, q.holding_no, s.step, s.occurred_on
),

-- An appeal that was won is waited for until the remittance that pays it.
appeals_filed as (
    select
        q.denial_id, q.question, q.holding_no, a.filed_on as from_on,
        case
            when not a.is_decided or (a.is_overturned and min(r.occurred_on) is null) then null
            when a.is_overturned then greatest(min(r.occurred_on), coalesce(d.day, a.filed_on))
            else coalesce(d.day, a.filed_on)
        end as until_on
    from questions_that_begin_first as q
    inner join ledger.appeal_states as a on a.denial_id = q.denial_id
    left join ledger.days_by_date as d
        on d.some_date = cast(a.decided_at as date) and d.begins_at <= a.decided_at and a.decided_at < d.ends_at
    left join remittances_and_rejections as r on r.pcn = q.pcn and r.source = '835' and r.occurred_on > a.filed_on
    where q.question = 'closed'
    group by q.denial_id, q.question, q.holding_no, a.appeal_id, a.filed_on, a.is_decided, a.is_overturned, d.day
),

waits_for_the_payer as (
    select q.denial_id, q.question, q.holding_no, q.begins_on, w.from_on, coalesce(w.until_on, q.done_on) as until_on
    from questions_that_begin_first as q
    inner join (
        select denial_id, question, holding_no, from_on, until_on
        from claims_sent_again
        union all
        select denial_id, question, holding_no, from_on, until_on
        from appeals_filed
    ) as w on w.denial_id = q.denial_id and w.question = q.question and w.holding_no = q.holding_no
),

-- Of a wait that lasts only the first day is needed: if the term has not ended by then, it does not end.
days_that_do_not_count as (
    select q.denial_id, q.question, q.holding_no, l.lost_on as day, 0 as n_lasting
    from questions_that_begin_first as q
    inner join ledger.lost_days as l on l.staff_id = q.assigned_to and l.lost_on > q.begins_on
    union all
    select w.denial_id, w.question, w.holding_no, c.day, 0 as n_lasting
    from waits_for_the_payer as w
    inner join ledger.calendar as c on c.day > w.from_on and c.day > w.begins_on and c.day <= w.until_on
    union all
    select
        denial_id, question, holding_no, cast(greatest(from_on, begins_on) + interval '1 day' as date) as day, 1 as n_lasting
    from waits_for_the_payer
    where until_on is null
),

days_that_do_not_count_once as (
    select d.denial_id, d.question, d.holding_no, d.day, max(d.n_lasting) as n_lasting
    from days_that_do_not_count as d
    inner join questions_that_begin_first as q
        on q.denial_id = d.denial_id and q.question = d.question and q.holding_no = d.holding_no
    where d.day <= coalesce(q.done_on, d.day)
    group by d.denial_id, d.question, d.holding_no, d.day
),

days_that_counted_before as (
    select
        q.denial_id, q.question, q.holding_no, q.term_days, d.n_lasting,
        date_diff('day', q.begins_on, d.day)
        - row_number() over (partition by q.denial_id, q.question, q.holding_no order by d.day) as n_counted
    from questions_that_begin_first as q
    inner join days_that_do_not_count_once as d
        on d.denial_id = q.denial_id and d.question = q.question and d.holding_no = q.holding_no
),

extensions as (
    select denial_id, question, holding_no, cast(count(*) as integer) as n_days, max(n_lasting) as n_lasting
    from days_that_counted_before
    where n_counted < term_days
    group by denial_id, question, holding_no
),

questions_with_the_last_day as (
    select
        q.denial_id, q.pcn, q.question, q.holding_no, q.assigned_to, q.begins_on, q.done_on, q.left_on,
        case
            when coalesce(e.n_lasting, 0) = 0
                then cast(q.begins_on + (q.term_days + coalesce(e.n_days, 0)) * interval '1 day' as date)
        end as due_on
    from questions_that_begin_first as q
    left join extensions as e on e.denial_id = q.denial_id and e.question = q.question and e.holding_no = q.holding_no
)

select
    q.denial_id,  -- number of the denial
    q.pcn,  -- claim number
    q.question,  -- first_worked or closed
    cast(q.holding_no as bigint) as holding_no,  -- how often the denial had changed hands
    q.assigned_to as staff_id,  -- who held it
    coalesce(p.complexity, 'medium') as complexity,  -- of the claim, by its first submission; medium while unknown
    q.begins_on,  -- day on which the term began for this person
    q.done_on,  -- day on which it was done while this person held it; null if it was not
    q.left_on,  -- day on which it was taken away, or could no longer be done; null while it is held
    coalesce(q.done_on <= q.due_on, false) as is_in_time,  -- whether it was done by the last day of the term
    q.done_on is null and coalesce(q.left_on <= coalesce(q.due_on, q.left_on), false) as is_taken_away,  -- whether it was taken away by then, so that nothing can be said
    q.due_on  -- last day of the term; null while the payer has it
from questions_with_the_last_day as q
left join ledger.first_passes as p on p.pcn = q.pcn
