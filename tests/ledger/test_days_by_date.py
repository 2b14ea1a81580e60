"""Days of the office by date: a moment finds the one day of the office it lies in, in whatever zone the database runs."""

import pytest

MOMENTS = """
select cast(m.day as varchar), d.day
from (
    select timestamptz '2026-03-01 00:00:00+00' + n * interval '7 hours' as at from range(400) as r (n)
) as t
inner join ledger.calendar as m on t.at >= m.begins_at and t.at < m.ends_at
left join ledger.days_by_date as d
    on d.some_date = cast(t.at as date) and d.begins_at <= t.at and t.at < d.ends_at
"""


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_moment_finds_the_one_day_of_the_office_that_it_lies_in(office, zone):
    office.build("ledger.days_by_date")
    office.connection.execute(f"set TimeZone = '{zone}'")
    found = office.connection.execute(MOMENTS).fetchall()
    assert len(found) == 400
    assert {day for day, _ in found} >= {"2026-03-08", "2026-06-01"}
    assert all(day == str(by_date) for day, by_date in found)
