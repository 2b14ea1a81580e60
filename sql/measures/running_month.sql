-- One row per calendar month of people's work that is still open, which is one at most. Before it all months are closed. A month is closed when the sixth
-- day of the next one, or a later one, was worked by as many people as the configuration asks for (five): a clock that is set wrong
-- closes nothing. Published shares of people's work tell of closed months only, because of the running one the files of two days
-- would differ by a day's work, which may be one person's.
-- grain: month
-- slice: all
-- restated by: measures.by_staff
-- restated by: ledger.parameters
with people_needed as (
    select cast(value as integer) as n
    from ledger.parameters
    where name = 'min_people'
),

days_worked_by_enough as (
    select b.measured_on
    from measures.by_staff as b
    cross join people_needed as n
    group by b.measured_on
    having count(distinct b.staff_id) >= max(n.n)
)

select
    cast(date_trunc('month', max(measured_on) - interval '5 days') as date) as month  -- its first day
from days_worked_by_enough
having max(measured_on) is not null
