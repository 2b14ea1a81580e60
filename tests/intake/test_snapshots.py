"""Sources whose files are full states: the latest one stands, whatever was delivered when, and what it lacks is gone."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.files import FileRow
from assets.intake.sources import sources_from
from assets.intake.standing import settle
from tests.intake.inboxes import BAD, HEADER, Desk, payment

OPEN = {"feed": "payments", "pattern": "^open_", "mode": "snapshot"}
STATES = {
    "open_20260302.csv": HEADER + payment("T1") + payment("T2", "2026-03-01"),
    "open_20260303.csv": HEADER + payment("T2", "2026-03-01") + payment("T3", "2026-03-03"),
    "open_20260304.csv": HEADER + payment("T3", "2026-03-03", "5.00"),
}
DAYS = ("2026-03-02", "2026-03-03", "2026-03-04")


@pytest.fixture
def desk(connection, tmp_path):
    return Desk(connection, tmp_path, (OPEN,))


def _payments(desk):
    return [number for (number,) in desk.all("select txn_id from intake.payments order by 1")]


def _deliver(desk, *names, day=None):
    for name in names:
        shown = name[5:13]
        desk.put(day or f"{shown[:4]}-{shown[4:6]}-{shown[6:]}", STATES[name], name)


def test_what_a_later_snapshot_lacks_is_gone_and_its_days_are_restated(desk):
    first, second, _ = STATES
    _deliver(desk, first)
    desk.take_in(DAYS[0])
    desk.connection.execute("delete from ops.changes")
    _deliver(desk, second)
    report = desk.take_in(DAYS[1])
    assert _payments(desk) == ["T2", "T3"]
    changed = desk.all(
        "select distinct value from ops.changes where table_name = 'intake.payments' and column_name = 'event_date'"
    )
    assert ("2026-03-02",) in changed
    assert [(swap.added, swap.removed) for swap in report.swaps] == [(2, 2)]
    assert desk.all("select status, reason, records, loaded from intake.files order by path") == [
        (
            "superseded",
            f"replaced by {DAYS[1]}/{second}, a later snapshot of its source",
            None,
            None,
        ),
        ("loaded", None, 2, 2),
    ]


@pytest.mark.parametrize("order", [*permutations(STATES)][1::2])
def test_the_latest_state_stands_in_whatever_order_the_files_come(desk, order):
    for name, day in zip(order, DAYS, strict=True):
        _deliver(desk, name, day=day)
        desk.take_in(day)
    assert desk.all("select txn_id, amount::varchar from intake.payments") == [("T3", "5.00")]
    assert desk.all("select count(*) from intake.files where status = 'superseded'") == [(2,)]


def test_only_the_latest_of_snapshots_that_come_together_is_loaded(desk):
    _deliver(desk, *STATES)
    assert desk.take_in(*DAYS).files == 1
    assert _payments(desk) == ["T3"]


def test_an_older_snapshot_that_comes_late_is_not_loaded(desk):
    first, second, _ = STATES
    _deliver(desk, second)
    desk.take_in(DAYS[1])
    _deliver(desk, first, day=DAYS[2])
    desk.take_in(DAYS[2])
    assert desk.standing() == {first: "superseded", second: "loaded"}
    assert _payments(desk) == ["T2", "T3"]


def test_a_revision_of_an_older_snapshot_does_not_replace_a_later_one(desk):
    _, second, third = STATES
    _deliver(desk, third)
    desk.put(DAYS[2], STATES[second], second.replace(".csv", "_v9.csv"))
    desk.take_in(DAYS[2])
    assert _payments(desk) == ["T3"]


@pytest.mark.parametrize(("bad", "together"), [(BAD, False), ("no header at all\n", True)])
def test_the_snapshot_before_stands_while_the_latest_cannot_be_loaded(desk, bad, together):
    first, second, third = STATES
    if not together:
        _deliver(desk, first, second)
        desk.take_in(DAYS[0], DAYS[1])
        stood = desk.all("select * from intake.payments order by all")
    else:
        _deliver(desk, first, second)
    desk.put(DAYS[2], bad, third)
    desk.take_in(*DAYS)
    fate = "held" if bad == BAD else "unusable"
    assert desk.standing() == {first: "superseded", second: "loaded", third: fate}
    assert _payments(desk) == ["T2", "T3"]
    assert together or desk.all("select * from intake.payments order by all") == stood
    desk.take_in(*DAYS)
    assert desk.standing() == {first: "superseded", second: "loaded", third: fate}
    assert _payments(desk) == ["T2", "T3"]
    _deliver(desk, third)
    desk.take_in(DAYS[2])
    assert _payments(desk) == ["T3"]
    assert desk.all("select count(*) from intake.files where status = 'loaded'") == [(1,)]


def test_of_several_bad_snapshots_none_takes_the_last_good_one_away(desk):
    first, second, third = STATES
    _deliver(desk, first)
    desk.put(DAYS[1], BAD, second)
    desk.put(DAYS[2], BAD.replace("2.00", "3.00"), third)
    report = desk.take_in(*DAYS)
    assert desk.standing() == {first: "loaded", second: "held", third: "held"}
    assert _payments(desk) == ["T1", "T2"]
    assert sorted(report.held) == [f"{DAYS[1]}/{second}", f"{DAYS[2]}/{third}"]


def test_a_snapshot_stands_again_when_the_one_that_was_to_replace_it_is_withdrawn(desk):
    first, second, _ = STATES
    _deliver(desk, first)
    desk.take_in(DAYS[0])
    _deliver(desk, second)
    desk.register(DAYS[1])
    assert desk.standing() == {first: "superseded", second: "pending"}
    (desk.folder / DAYS[1] / second).unlink()
    desk.take_in(DAYS[1])
    assert desk.standing() == {first: "loaded"}
    assert _payments(desk) == ["T1", "T2"]


def test_a_state_that_comes_back_is_the_latest_state(desk):
    first, second, third = STATES
    for name, day in zip((first, second), DAYS, strict=False):
        _deliver(desk, name)
        desk.take_in(day)
    desk.put(DAYS[2], STATES[first], third)
    desk.take_in(DAYS[2])
    assert desk.standing() == {first: "duplicate", second: "superseded", third: "loaded"}
    assert _payments(desk) == ["T1", "T2"]
    assert desk.all("select distinct delivery_date::varchar from intake.payments") == [(DAYS[2],)]


@pytest.mark.parametrize("later", [True, False])
def test_rows_are_never_those_of_two_states_when_a_loaded_one_is_spoiled_in_its_place(desk, later):
    first, second, third = STATES
    for name, day in zip((first, second), DAYS, strict=False):
        _deliver(desk, name)
        desk.take_in(day)
    desk.put(DAYS[1], BAD, second)
    desk.take_in(DAYS[1])
    assert _payments(desk) == ["T2", "T3"]
    if later:
        _deliver(desk, third)
        desk.take_in(DAYS[2])
        assert _payments(desk) == ["T3"]
    _deliver(desk, second)
    desk.take_in(*DAYS)
    assert _payments(desk) == (["T3"] if later else ["T2", "T3"])


def test_increments_add_up_and_sources_do_not_compete(connection, tmp_path):
    other = {"feed": "payments", "pattern": "^other_", "mode": "snapshot"}
    new = {"feed": "payments", "pattern": "^new_", "mode": "increment"}
    desk = Desk(connection, tmp_path, (OPEN, other, new))
    for name in ("open_20260302.csv", "other_20260303.csv", "new_20260304.csv", "new_20260303.csv"):
        desk.put(DAYS[0], HEADER + payment(f"of {name}"), name)
    desk.take_in(DAYS[0])
    assert set(desk.standing().values()) == {"loaded"}
    assert desk.all("select snapshot_of from intake.files order by path") == [
        (None,),
        (None,),
        ("^open_",),
        ("^other_",),
    ]


def test_files_compete_once_their_source_is_said_to_send_snapshots(connection, tmp_path):
    desk = Desk(connection, tmp_path, ({**OPEN, "mode": "increment"},))
    first, second, third = STATES
    _deliver(desk, first, second)
    desk.take_in(*DAYS)
    assert _payments(desk) == ["T1", "T2", "T2", "T3"]
    desk.settings = desk.settings.model_copy(update={"sources": (OPEN,)})
    _deliver(desk, third)
    desk.take_in(DAYS[2])
    assert _payments(desk) == ["T3"]


def test_dated_snapshots_of_receivables_are_facts_of_their_days(connection, tmp_path):
    desk = Desk(connection, tmp_path, ({"feed": "ar_snapshots", "pattern": "^ar_", "mode": "snapshot"},))
    header = "as_of,pcn,payer_id,balance,payer_class\n"
    for day in DAYS:
        desk.put(day, f"{header}{day},A1,P1,10.00,commercial\n", f"ar_{day}.csv")
    desk.take_in(*DAYS, feed="ar_snapshots")
    assert desk.all("select count(distinct as_of) from intake.ar_snapshots") == [(3,)]


def test_a_source_of_snapshots_knows_its_files_by_its_pattern():
    found = sources_from([OPEN, {**OPEN, "feed": "ar_snapshots"}, {**OPEN, "mode": "increment"}])
    assert [source.snapshot_of for source in found[:3]] == ["^open_", None, None]


_ROW = FileRow("0", "open.csv", date(2026, 3, 2), None, "export", "payments", 1, "pending", snapshot_of="^o")
_ROWS = st.lists(
    st.builds(
        lambda content, day, covers, status, number: replace(
            _ROW,
            # The same bytes cannot be used whenever they come.
            file_id=content if status in {"pending", "loaded"} else f"bad {content}{number}{day}",
            path=f"{number}.csv",
            delivery_date=date(2026, 3, day),
            covers_date=date(2026, 3, covers) if covers else None,
            status=status,
            loaded=1 if status == "loaded" else None,
        ),
        st.sampled_from("abcd"),
        st.integers(1, 4),
        st.integers(0, 4),
        st.sampled_from(["pending", "loaded", "held", "unusable"]),
        st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda row: row.age,
)


@settings(max_examples=150, deadline=None)
@given(_ROWS, st.randoms(use_true_random=False))
def test_one_snapshot_stands_and_the_contest_can_be_held_again(rows, chance):
    shuffled = rows[:]
    chance.shuffle(shuffled)
    done = settle(rows)
    assert settle(shuffled) == done
    assert settle(done) == done
    standing = [row for row in done if row.status in {"pending", "loaded"}]
    able = [row for row in rows if row.status in {"pending", "loaded"}]
    assert len(standing) == min(1, len(able))
    assert all(
        (standing[0].covers_date or standing[0].delivery_date) >= (r.covers_date or r.delivery_date)
        for r in able
    )
