"""Files under a wrong name beside their rightly named copies: the right one is loaded once, the other is told as a copy of it."""

import pytest

from assets.intake.files import MISNAMED
from tests.intake.inboxes import HEADER, Desk, payment

DAY, NEXT = "2026-03-02", "2026-03-03"
RIGHT, BEFORE, BEHIND, NOBODYS = (
    "payments_20260302.csv",
    "audits_20260302.csv",
    "shifts_20260302.csv",
    "Report.csv",
)
PAYMENTS = HEADER + payment("T1") + payment("T2")


@pytest.fixture
def desk(connection, tmp_path):
    # The same feed, read in a way that leaves one payment out.
    return Desk(
        connection, tmp_path, ({"feed": "payments", "pattern": "^a_part_", "skip_where": {"txn_id": "T1"}},)
    )


def take_in(desk, *days, feeds=("audits", "payments", "shifts")):
    desk.register(*days)
    for feed in feeds:
        desk.load(*days, feed=feed)


def payments(desk):
    return desk.all("select txn_id, cast(delivery_date as varchar) from intake.payments order by all")


def told(desk, name):
    return desk.all(f"select status, reason, loaded from intake.files where path like '%/{name}'")


def copy_of(day, name):
    return [("duplicate", f"same content as {day}/{name}, delivered {day}", None)]


@pytest.mark.parametrize(
    ("wrong", "deliveries"),
    [
        (BEFORE, [(BEFORE, RIGHT)]),
        (BEFORE, [(BEFORE,), (RIGHT,)]),
        (BEFORE, [(RIGHT,), (BEFORE,)]),
        (BEHIND, [(BEHIND,), (RIGHT,)]),
        (NOBODYS, [(NOBODYS,), (RIGHT,)]),
    ],
)
def test_of_two_names_on_one_day_the_right_one_is_loaded_once_in_any_order(desk, wrong, deliveries):
    for names in deliveries:
        for name in names:
            desk.put(DAY, PAYMENTS, name)
        take_in(desk, DAY)
    assert payments(desk) == [("T1", DAY), ("T2", DAY)]
    assert told(desk, RIGHT) == [("loaded", None, 2)]
    assert told(desk, wrong) == copy_of(DAY, RIGHT)
    assert desk.all("select * from intake.rejects") == []


def test_a_name_of_another_day_is_told_as_a_copy_and_loading_that_day_again_changes_nothing(desk):
    desk.put(DAY, PAYMENTS, BEFORE)
    take_in(desk, DAY)
    assert told(desk, BEFORE)[0][0] == "unusable"
    desk.put(NEXT, PAYMENTS, RIGHT)
    for day in (NEXT, DAY):
        take_in(desk, day)
        assert payments(desk) == [("T1", NEXT), ("T2", NEXT)]
        assert told(desk, BEFORE) == copy_of(NEXT, RIGHT)
        assert desk.all("select * from intake.rejects") == []


@pytest.mark.parametrize("day", [DAY, NEXT])
def test_what_was_loaded_in_part_under_a_wrong_name_goes_when_the_right_one_comes(desk, day):
    desk.put(DAY, PAYMENTS, "a_part_20260302.csv")
    take_in(desk, DAY)
    assert payments(desk) == [("T2", DAY)]
    desk.put(day, PAYMENTS, RIGHT)
    for again in (day, DAY):
        take_in(desk, again)
        assert payments(desk) == [("T1", day), ("T2", day)]
    assert told(desk, "a_part_20260302.csv") == copy_of(day, RIGHT)


@pytest.mark.parametrize("feeds", [("payments", "shifts"), ("shifts", "payments")])
def test_rows_of_another_feed_go_and_the_account_of_the_copy_stays(desk, feeds):
    header, first, second = PAYMENTS.splitlines()
    content = f"{header},staff_id,shift_date,start_at,end_at,paid_min\n{first},S1,{DAY},{DAY} 08:00:00,{DAY} 16:00:00,480\n{second},,,,,\n"
    desk.put(DAY, content, BEHIND)
    take_in(desk, DAY, feeds=feeds)
    assert desk.all("select count(*) from intake.shifts") == [(1,)]
    desk.put(DAY, content, RIGHT)
    take_in(desk, DAY, feeds=feeds)
    assert desk.all("select count(*) from intake.shifts") == [(0,)]
    assert payments(desk) == [("T1", DAY), ("T2", DAY)]
    assert told(desk, BEHIND) == copy_of(DAY, RIGHT)
    (flags,) = desk.all(f"select flags from intake.files where path like '%/{RIGHT}'")[0]
    assert desk.all("select count(*) from intake.flags") == [(flags,)]
    assert flags > 0


def test_when_no_name_can_be_read_the_first_one_says_why(desk):
    for name in (BEFORE, BEHIND):
        desk.put(DAY, "a,b\n1,2\n", name)
    take_in(desk, DAY)
    assert desk.standing() == {BEFORE: "unusable", BEHIND: "duplicate"}


def test_a_copy_whose_right_name_left_before_it_was_loaded_is_unknown_again(desk):
    desk.put(DAY, PAYMENTS, NOBODYS)
    right = desk.put(NEXT, PAYMENTS, RIGHT)
    desk.register(DAY, NEXT)
    assert told(desk, NOBODYS) == copy_of(NEXT, RIGHT)
    right.unlink()
    desk.register(NEXT)
    assert told(desk, NOBODYS) == [("unknown", MISNAMED, None)]
