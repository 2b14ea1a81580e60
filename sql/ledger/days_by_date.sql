-- One row per date and day of the office that a moment of that date may fall on. The date is that of whatever zone the database
-- runs in, so the moment's day in the office's zone is the day of that date or one beside it: of these three the one between
-- whose midnights the moment lies. Looked up so, a day is found by its date, and not by going through the calendar.
-- grain: some_date, day
-- slice: all
-- restated by: ledger.calendar
select
    cast(c.day + n.n_days * interval '1 day' as date) as some_date,  -- date that a moment has in some zone
    c.day,  -- calendar day, in the office's time zone
    c.begins_at,  -- midnight with which the day begins in the office's time zone
    c.ends_at,  -- midnight with which it ends
    c.opens_at,  -- when the day's working time begins; null on other days
    c.closes_at,  -- when it ends; null on other days
    c.working_s_before  -- seconds of working time of all days before, from the first of the calendar
from ledger.calendar as c
cross join (values (-1), (0), (1)) as n (n_days)
