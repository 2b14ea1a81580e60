-- One row per question and day of which the answer can be known by now, because as many days have passed since as it takes.
-- Repeat contacts: repeat_contact_days before the last day of calls. First instalments: twice instalment_days before the last
-- day of postings, for a plan may be agreed at the end of the first and paid at the end of the second.
-- Denials due: the last day on which the worklist told anything, for then a denial due that day was done or was not.
-- A day that becomes known restates the cohorts of that day and no others.
-- grain: question, day
-- slice: all
-- restated by: ledger.calls
-- restated by: ledger.payments
-- restated by: intake.denial_worklist
-- restated by: ledger.parameters
-- restated by: ledger.calendar
with last_known_days as (
    select
        'repeat_contact' as question, (select max(started_on) from ledger.calls) as last_on,
        (select value from ledger.parameters where name = 'repeat_contact_days') as wait_days
    union all
    select
        'first_instalment' as question, (select max(posted_on) from ledger.payments) as last_on,
        (select 2 * value from ledger.parameters where name = 'instalment_days') as wait_days
    union all
    select 'denials_due' as question, (select max(event_date) from intake.denial_worklist) as last_on, 0 as wait_days
)

select
    k.question,  -- repeat_contact, first_instalment or denials_due
    c.day  -- a day long enough ago
from last_known_days as k
inner join ledger.calendar as c on c.day <= k.last_on - cast(k.wait_days as integer)
