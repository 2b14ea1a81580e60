-- One row per person, complexity and day: accounts assigned to them and open at its end. An assignment counts from the
-- day on which it was made to the day before it ended or the account was closed.
-- grain: staff_id, complexity, day
-- slice: all
-- restated by: intake.assignments
-- restated by: ledger.accounts
-- looked up in: ledger.calendar
with last_state_of_each_assignment as (
    select assignment_id, pcn, staff_id, assigned_at, ended_at
    from intake.assignments
    qualify row_number() over (
        partition by assignment_id
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
),

assignments_in_days as (
    select
        s.staff_id, coalesce(a.complexity, 'medium') as complexity, b.day as from_day,
        case
            when e.day is not null or a.closed_on is not null
                then greatest(b.day, least(coalesce(e.day, a.closed_on), coalesce(a.closed_on, e.day)))
        end as until_day
    from last_state_of_each_assignment as s
    inner join ledger.calendar as b on s.assigned_at >= b.begins_at and s.assigned_at < b.ends_at
    left join ledger.calendar as e on s.ended_at >= e.begins_at and s.ended_at < e.ends_at
    left join ledger.accounts as a on a.pcn = s.pcn
),

days_told as (
    select max(event_date) as last_day
    from (
        select event_date from intake.assignments
        union all
        select last_told_on as event_date from ledger.accounts
    ) as told
),

beginnings_and_ends as (
    select staff_id, complexity, from_day as day, 1 as step
    from assignments_in_days
    union all
    select staff_id, complexity, until_day as day, -1 as step
    from assignments_in_days
    where until_day is not null
),

changes_of_each_day as (
    select staff_id, complexity, day, sum(step) as change
    from beginnings_and_ends
    group by staff_id, complexity, day
),

counts_until_the_next_change as (
    select
        staff_id, complexity, day as from_day,
        sum(change) over (partition by staff_id, complexity order by day rows between unbounded preceding and current row) as n_open,
        lead(day) over (partition by staff_id, complexity order by day) as next_day
    from changes_of_each_day
)

select
    n.staff_id,  -- person
    n.complexity,  -- complexity of the accounts
    cast(n.n_open as bigint) as n_open,  -- accounts assigned and open
    c.day  -- day
from counts_until_the_next_change as n
cross join days_told as d
inner join ledger.calendar as c
    on c.day >= n.from_day and c.day < coalesce(n.next_day, d.last_day + interval '1 day') and c.day <= d.last_day
where n.n_open > 0
