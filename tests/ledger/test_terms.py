"""Terms of charge entry, posting and denials: when the clock runs, whose it is, and a walk from day to day that says the same."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import duckdb
import pytest

from tests.ledger.conftest import Office

DENIED = date(2026, 3, 2)
"""A Monday."""
APPEAL = {"filed_at": "2026-03-02 12:00", "decided_at": "2026-03-17 09:00", "updated_at": "2026-03-17 09:00"}
REFUSED = {"lines": [(100, 0)], "adjustments": [(1, "CO", "16", 100)]}


def held(office, name, owner, at, **more):
    """Put in a state of a denial, by the day of March and the hour."""
    row = {"denial_id": name, "pcn": name, "denied_on": DENIED, "outcome": "open", "assigned_to": owner}
    office.add("denial_worklist", **{**row, "updated_at": f"2026-03-{at}", **more})


def away(office, person, day, minutes=480):
    """Let a person be on leave for so many of the day's 480 paid minutes."""
    office.add(
        "shifts", staff_id=person, shift_date=day, start_at=f"{day} 08:00", end_at=f"{day} 16:00", paid_min=480, leave_min=minutes
    )  # fmt: skip


def furnish(office):
    """Put in denials of which each shows one rule, with terms of five days."""
    office.configure(first_work_term_days=5, denial_term_days=5)
    held(office, "given late", None, "02 06:00")
    held(office, "given late", "s1", "04 08:00")
    held(office, "given late", "s2", "07 08:00")
    held(office, "taken away late", "s1", "02 06:00")
    held(office, "taken away late", "s2", "08 08:00")
    held(office, "from a pool", None, "02 06:00")
    held(office, "from a pool", "s1", "20 08:30", first_worked_at="2026-03-20 08:00")
    held(office, "closed unworked", "s1", "02 06:00", resolved_at="2026-03-05 06:00")
    for name in ("sent again", "sent again and refused", "sent again and rejected"):
        held(office, name, "s1", "02 06:00")
        office.remit(f"{name} 1", day="2026-03-02", pcn=name, **REFUSED)
        office.submit(name, "2026-03-02 10:00", frequency_code="7")
    office.remit("r2", day="2026-03-20", pcn="sent again and refused", **REFUSED)
    office.answer("rejected", "2026-03-06 06:00", pcn="sent again and rejected")
    for name, decision in (("lost", "upheld"), ("won", "overturned"), ("won and paid", "overturned")):
        held(office, name, "s1", "02 06:00")
        office.add("appeals", appeal_id=name, denial_id=name, decision=decision, **APPEAL)
    office.remit("r3", day="2026-03-25", pcn="won and paid", paid=100, lines=[(100, 100)])


@pytest.fixture(scope="module")
def told():
    """Return what is said of every holding by denial and question: person, first and last day in March, verdict."""
    said = {(True, False): "in time", (False, False): "late", (False, True): "taken away"}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'America/Chicago'; set threads = 1")
        office, found = Office(connection), defaultdict(list)
        furnish(office)
        for r in sorted(office.build("ledger.denial_terms"), key=lambda row: row["holding_no"]):
            verdict = said[r["is_in_time"], r["is_taken_away"]]
            found[r["denial_id"], r["question"]].append(
                (r["staff_id"], r["begins_on"].day, r["due_on"] and r["due_on"].day, verdict)
            )
        return found


@pytest.mark.parametrize(("minutes", "lost"), [(240, []), (241, [DENIED])])
def test_a_day_is_lost_when_less_than_half_of_it_is_left(office, minutes, lost):
    away(office, "s1", DENIED, minutes)
    assert [row["lost_on"] for row in office.build("ledger.lost_days")] == lost


def test_a_denial_counts_from_the_day_on_which_it_was_given_to_the_person(told):
    assert told["given late", "closed"] == [("s1", 4, 9, "taken away"), ("s2", 7, 12, "late")]


def test_what_is_taken_away_after_the_term_was_late_before(told):
    assert told["taken away late", "closed"][0] == ("s1", 2, 7, "late")


def test_the_work_itself_gives_nobody_a_denial_to_work(told):
    assert told["from a pool", "first_worked"] == []
    assert told["from a pool", "closed"] == [("s1", 20, 25, "late")]


def test_a_denial_that_was_closed_unworked_was_never_late_to_be_worked(told):
    assert told["closed unworked", "first_worked"] == [("s1", 2, 7, "taken away")]
    assert told["closed unworked", "closed"] == [("s1", 2, 7, "in time")]


@pytest.mark.parametrize(
    ("name", "due"), [("sent again", None), ("sent again and refused", 25), ("sent again and rejected", 11)]
)
def test_the_payer_has_a_claim_that_was_sent_again_until_it_answers(told, name, due):
    assert told[name, "closed"] == [("s1", 2, due, "late")]


@pytest.mark.parametrize(("name", "due"), [("lost", 22), ("won", None), ("won and paid", 30)])
def test_the_payer_has_an_appeal_until_it_is_decided_and_paid(told, name, due):
    assert told[name, "closed"] == [("s1", 2, due, "late")]


def walked(begins, days, stands_still):
    """Return the day on which so many days have passed that do not stand still; None if that never comes."""
    day = begins
    for _ in range(2000):
        if days == 0:
            return day
        day += timedelta(days=1)
        days -= 0 if stands_still(day) else 1
    return None


class Case:
    """A denial with a random life, and what a walk through it says."""

    def __init__(self, rng, name):
        def at(first, last):
            return datetime(2026, 3, 1) + timedelta(  # noqa: DTZ001 - the office's clock
                days=rng.randrange(first, last), hours=rng.randrange(7, 18)
            )

        self.name, self.denied = name, date(2026, 3, 1) + timedelta(days=rng.randrange(6))
        first = (self.denied - date(2026, 3, 1)).days
        begin = datetime.combine(self.denied, datetime.min.time()) + timedelta(hours=6)
        moves = sorted({at(first, 25) for _ in range(rng.randrange(4))})
        self.states = [(when, rng.choice((None, "a", "b", "b"))) for when in (begin, *moves)]
        self.worked = rng.choice((None, at(first, 20)))
        self.closed = rng.choice((None, at(first, 40)))
        self.appeals = [
            (when.date(), rng.choice((None, when + timedelta(days=rng.randrange(15)))), rng.random() < 0.4)
            for when in (at(first, 20) for _ in range(rng.randrange(2)))
        ]
        self.sent = [at(first, 20) for _ in range(rng.randrange(2))]
        self.paid = sorted({at(first, 45).date() for _ in range(rng.randrange(3))})

    def tell(self, office):
        row = {
            "denial_id": self.name,
            "pcn": self.name,
            "denied_on": self.denied,
            "first_worked_at": self.worked,
        }
        ends = {"outcome": "upheld" if self.closed else "open", "resolved_at": self.closed}
        for when, owner in self.states:
            office.add("denial_worklist", **row, **ends, assigned_to=owner, updated_at=str(when))
        for number, (filed, decided, won) in enumerate(self.appeals):
            office.add(
                "appeals", appeal_id=f"{self.name}-{number}", denial_id=self.name, filed_at=f"{filed} 12:00",
                decided_at=decided, decision=decided and ("overturned" if won else "upheld"), updated_at="2026-05-01 12:00",
            )  # fmt: skip
        for when in self.sent:
            office.submit(self.name, str(when), frequency_code="7")
        for day in self.paid:
            office.remit(f"{self.name}{day}", day=str(day), pcn=self.name, paid=5, lines=[(100, 5)])

    def is_with_the_payer(self, day):
        for filed, decided, won in self.appeals:
            until = decided and decided.date()
            if decided and won:
                after = [paid for paid in self.paid if paid > filed]
                until = max(until, after[0]) if after else None
            if filed < day and (until is None or day <= until):
                return True
        for when in self.sent:
            after = [paid for paid in self.paid if paid > when.date()]
            if when.date() < day and (not after or day <= after[0]):
                return True
        return False

    def holdings(self):
        """Return owner, moment of being named (None for the first state) and of being replaced."""
        changes = [
            (when, owner)
            for number, (when, owner) in enumerate(self.states)
            if number == 0 or owner != self.states[number - 1][1]
        ]
        for number, (when, owner) in enumerate(changes):
            after = changes[number + 1][0] if number + 1 < len(changes) else None
            if owner:
                yield number + 1, owner, when if number else None, after

    def expected(self, lost, days):
        for number, owner, since, until in self.holdings():
            for question, event in (("first_worked", self.worked), ("closed", self.closed)):
                over = (event, self.closed) if question == "first_worked" else (event,)
                if since and any(end and end <= since for end in over):
                    continue
                begins = max(self.denied, since.date()) if since else self.denied
                done = event.date() if event and (until is None or event <= until) else None
                left = until and until.date()
                if event is None and self.closed and (until is None or self.closed <= until):
                    left = self.closed.date()
                still = self.is_with_the_payer if question == "closed" else (lambda _: False)
                due = walked(
                    begins,
                    days,
                    lambda day, d=done, s=still, o=owner: (
                        (d is None or day <= d) and ((o, day) in lost or s(day))
                    ),
                )
                in_time = bool(done and due and done <= due)
                gone = done is None and left is not None and (due is None or left <= due)
                yield (self.name, question, number), (owner, begins, due, done, in_time, gone)


def test_a_walk_from_day_to_day_ends_each_term_on_the_same_day(office):
    rng = random.Random(3)
    office.configure(first_work_term_days=5, denial_term_days=5)
    lost = {
        (person, date(2026, 3, 1) + timedelta(days=n)) for person in "ab" for n in range(60) if rng.random() < 0.15
    }  # fmt: skip
    for person, day in sorted(lost):
        away(office, person, day)
    cases = [Case(rng, f"D{n}") for n in range(80)]
    for case in cases:
        case.tell(office)
    expected = {key: value for case in cases for key, value in case.expected(lost, 5)}
    found = {
        (r["denial_id"], r["question"], r["holding_no"]): (
            r["staff_id"], r["begins_on"], r["due_on"], r["done_on"], r["is_in_time"], r["is_taken_away"]
        )
        for r in office.build("ledger.denial_terms")
    }  # fmt: skip
    assert found == expected
    assert {(in_time, gone) for *_, in_time, gone in found.values()} == {
        (True, False),
        (False, False),
        (False, True),
    }
    assert None in {due for _, _, due, *_ in found.values()}
