"""Acknowledgements of syntax: TA1, 997 and 999 to rows of the table acknowledgements, one per status.

Belongs here: which of our interchanges, groups, transactions or claims an acknowledgement speaks of.
Does not belong here: the errors in detail (`ack_errors.py`) and statuses of claims (`statuses.py`), though both kinds
of segment are read wherever they stand, so that no record is lost in a transaction that mixes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.intake.x12.ack_errors import ErrorReading
from assets.intake.x12.ack_rows import TABLE, Status, add_row
from assets.intake.x12.envelope import Group, Interchange, Transaction
from assets.intake.x12.statuses import StatusReading
from assets.intake.x12.values import at

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk

_OUTCOMES = {"A": "accepted", "E": "accepted_with_errors", "P": "accepted_with_errors"} | dict.fromkeys(
    "RMWX", "rejected"
)


def read_acknowledgements(segments: list[list[str]], desk: Desk, kind: str) -> None:
    """Add the rows of the 997, 999, 277CA or 277 transaction on the desk."""
    syntax, statuses = _SyntaxReading(desk, kind), StatusReading(desk, kind)
    handlers = {**syntax.handlers, **statuses.handlers}
    for ordinal, segment in enumerate(segments, desk.txn.first):
        handler = handlers.get(segment[0])
        if handler is not None:
            handler(segment, ordinal)
    syntax.end_transaction("", desk.txn.last)
    statuses.end_loop()


def read_receipts(interchange: Interchange, desk: Desk) -> None:
    """Add a row for every TA1 of the interchange."""
    for ordinal, segment in interchange.receipts:
        # A TA1 usually comes without any group: its date is that of its interchange then, and nothing is odd about it.
        group = next(
            iter(interchange.groups), Group(date=at(interchange.isa, 9), time=at(interchange.isa, 10))
        )
        desk.txn = Transaction(0, "TA1", "", "", ordinal, interchange, Group("", group.date, group.time), [])
        reading = _SyntaxReading(desk, "TA1")
        reading.acknowledged = at(segment, 1)
        reading.add(ordinal, "interchange", Verdict("TA104", at(segment, 4), at(segment, 5)))


@dataclass(frozen=True)
class Verdict:
    """An acknowledgement code, the element that it stands in and the first error code beside it."""

    element: str
    code: str
    error: str


class _SyntaxReading:
    """Where the reading of one 997 or 999 stands."""

    def __init__(self, desk: Desk, kind: str) -> None:
        self.txn = txn = desk.txn
        self.desk = desk
        self.kind = kind
        self.sent: int | None = desk.sent_at(txn.group.date, txn.group.time)
        self.acknowledged = ""
        self.acknowledged_txn = ""
        self.awaiting = False
        self.first_error = ""
        self.error, self.error_code = "", ""
        self.errors = ErrorReading(desk, kind, self.sent)
        self.claims: list[tuple[int, str, str, str]] = []
        self.handlers = {
            "AK1": self._group,
            "AK2": self._transaction,
            "IK3": self._error,
            "AK3": self._error,
            "IK4": self._element,
            "AK4": self._element,
            "CTX": self._context,
            "IK5": self._verdict,
            "AK5": self._verdict,
            "AK9": self._group_verdict,
        }

    def add(self, ordinal: int, level: str, verdict: Verdict, pcn: str = "", error: str = "") -> None:
        """Add a status; one with an unknown code, or in a file without any date, is rejected and not guessed."""
        outcome = _OUTCOMES.get(verdict.code)
        if outcome is None or self.sent is None:
            reason = (
                f"UNKNOWN_CODE: {verdict.element}"
                if outcome is None
                else "NO_DATE: neither GS04 nor ISA09 is a date"
            )
            self.desk.reject(TABLE, reason, ordinal, verdict.element, verdict.code)
            return
        status = Status(
            self.kind, level, outcome, ordinal, self.sent, acknowledged=self.acknowledged, pcn=pcn
        )
        status.acknowledged_txn = self.acknowledged_txn if level in {"transaction", "claim"} else None
        status.category, status.code, status.error = verdict.code, verdict.error, error
        add_row(status, self.desk)

    def end_transaction(self, code: str, ordinal: int) -> None:
        """Close an AK2 loop: its claims in error share its verdict, and are rejected when it has none."""
        if self.awaiting and not code:
            self.desk.flag("NO_VERDICT", "AK2 without IK5 or AK5", ordinal)
        self._end_error()
        known = code if code in _OUTCOMES else "R"
        for place, pcn, error, error_code in self.claims:
            self.add(place, "claim", Verdict("IK501", known, error_code), pcn, error)
        self.claims, self.awaiting, self.acknowledged_txn = [], False, ""
        self.first_error, self.error, self.error_code = "", "", ""

    def _group(self, segment: list[str], _: int) -> None:
        self.acknowledged = at(segment, 2)

    def _transaction(self, segment: list[str], ordinal: int) -> None:
        self.end_transaction("", ordinal)
        self.acknowledged_txn, self.awaiting = at(segment, 2), True

    def _error(self, segment: list[str], ordinal: int) -> None:
        self._end_error()
        self.errors.begin(segment, ordinal)
        self.error, self.error_code = f"{at(segment, 1)}:{at(segment, 2)}".strip(":"), at(segment, 4)
        self.first_error = self.first_error or self.error

    def _element(self, segment: list[str], ordinal: int) -> None:
        self.errors.element(segment, ordinal)

    def _end_error(self) -> None:
        self.errors.end(self.acknowledged, self.acknowledged_txn)

    def _context(self, segment: list[str], ordinal: int) -> None:
        before, found, pcn = at(segment, 1).partition("CLM01" + self.txn.component)
        if found and not before:
            self.claims.append((ordinal, pcn, self.error, self.error_code))
            self.errors.pcn = pcn

    def _verdict(self, segment: list[str], ordinal: int) -> None:
        code = at(segment, 1)
        if not self.awaiting:
            self.desk.flag("NO_AK2", f"{segment[0]} without AK2", ordinal)
        self.add(
            ordinal, "transaction", Verdict(f"{segment[0]}01", code, at(segment, 2)), "", self.first_error
        )
        self.end_transaction(code, ordinal)

    def _group_verdict(self, segment: list[str], ordinal: int) -> None:
        self.end_transaction("", ordinal)
        self.add(ordinal, "group", Verdict("AK901", at(segment, 1), at(segment, 5)))
