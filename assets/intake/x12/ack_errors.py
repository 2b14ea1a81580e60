"""Syntax errors that a 999 or 997 reports: rows of acknowledged_errors, one per error code.

Belongs here: IK3/AK3 (a segment) and IK4/AK4 (an element of it). IK404, the value that was wrong, is never read: it can be a
patient's name. Does not belong here: the verdict on a transaction or claim (`acknowledgements.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assets.intake.x12.values import at, component

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk

TABLE = "acknowledged_errors"
# IK3 has one error code, AK3 has room for five.
_CODES = range(4, 9)
# Segment ids and error codes have three characters at most; what is longer may be a value that slipped out of its place.
_LONGEST = 3
_NUMBER = re.compile(r"[0-9]{1,9}")
_PLACE = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9})?")


class ErrorReading:
    """The errors of one segment. They wait for the CTX that names the claim, which comes after the IK3."""

    def __init__(self, desk: Desk, kind: str, sent: int | None) -> None:
        self.desk = desk
        self.kind = kind
        self.sent = sent
        self.segment: list[str] = []
        self.ordinal = 0
        self.pcn = ""
        self.elements: list[tuple[int, list[str]]] = []

    def begin(self, segment: list[str], ordinal: int) -> None:
        """Begin with an IK3 or AK3; the one before must have been ended."""
        self.segment, self.ordinal = segment, ordinal

    def element(self, segment: list[str], ordinal: int) -> None:
        """Keep an IK4 or AK4 for the segment; one without a segment is rejected."""
        if self.segment:
            self.elements.append((ordinal, segment))
        else:
            self.desk.reject(TABLE, f"NO_SEGMENT: {segment[0]} without {segment[0][:2]}3", ordinal, "", "")

    def end(self, acknowledged: str, acknowledged_txn: str) -> None:
        """Add the rows of the segment in error, if there is one.

        An IK3 without a code tells nothing of its own when elements follow it; without them it is rejected.
        """
        segment, self.segment = self.segment, []
        pcn, self.pcn = self.pcn, ""
        elements, self.elements = self.elements, []
        if not segment:
            return
        name, first = at(segment, 1), f"{segment[0]}01"
        if not name or len(name) > _LONGEST:
            self.desk.reject(TABLE, _reason(name, first), self.ordinal, first, name)
            return
        keys = (self.kind, acknowledged or None, acknowledged_txn or None, pcn or None)
        position = self._digits(at(segment, 2), f"{segment[0]}02", self.ordinal)
        place = (name, int(position) if position else None, at(segment, 3) or None)
        found = [(k, code) for k, position in enumerate(_CODES, 1) if (code := at(segment, position))]
        for k, code in found or ([] if elements else [(1, "")]):
            self._add((*keys, *place, None, None), code, f"{segment[0]}04", (self.ordinal, k))
        for ordinal, element in elements:
            composite = at(element, 1).split(self.desk.txn.component)
            given = "-".join(part for i in (1, 2) if (part := component(composite, i)))
            about = (
                self._digits(given, f"{element[0]}01", ordinal, _PLACE),
                self._digits(at(element, 2), f"{element[0]}02", ordinal),
            )
            self._add((*keys, *place, *about), at(element, 3), f"{element[0]}03", (ordinal, 0))

    def _digits(self, text: str, column: str, ordinal: int, wanted: re.Pattern[str] = _NUMBER) -> str | None:
        """Return a position or a number of the data dictionary; anything else is flagged and left out."""
        if wanted.fullmatch(text):
            return text
        if text:
            self.desk.flag("BAD_NUMBER", f"{column} is no number", ordinal)
        return None

    def _add(
        self, about: tuple[str | int | None, ...], code: str, column: str, place: tuple[int, int]
    ) -> None:
        """Add a row; without a code or a date it is rejected, and so is what is too long to be a code."""
        if not code or len(code) > _LONGEST:
            self.desk.reject(TABLE, _reason(code, column), place[0], column, code)
        elif self.sent is None:
            reason = "NO_DATE: neither GS04 nor ISA09 is a date"
            self.desk.reject(TABLE, reason, place[0], column, code)
        else:
            self.desk.rows[TABLE].append((*about, code, self.sent, self.desk.txn.number, *place))


def _reason(text: str, column: str) -> str:
    return f"UNKNOWN_CODE: {column}" if text else f"MISSING: {column}"
