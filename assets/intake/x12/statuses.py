"""Statuses of claims: the STC segments of a 277CA or 277 to rows of the table acknowledgements.

Belongs here: the levels of a 277 (payer, receiver, provider, claim) and what a status category means.
Does not belong here: denials. An 835 denies; a 277CA rejects before adjudication, and a 277 only reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.intake.x12.ack_rows import TABLE, Status, add_row
from assets.intake.x12.count import STATUSES
from assets.intake.x12.values import at, component

if TYPE_CHECKING:
    from datetime import date

    from assets.intake.x12.desk import Desk

_LEVELS = {"20": "payer", "21": "receiver", "19": "provider", "22": "claim", "23": "claim", "PT": "claim"}
_CATEGORIES = dict.fromkeys(("A0", "A1", "A2", "A5"), "accepted") | dict.fromkeys(
    ("A3", "A4", "A6", "A7", "A8"), "rejected"
)
# F is final, paid or denied, so the claim had been accepted; P and R wait; D and E could not be answered.
_STAGES = {"F": "accepted", "P": "pending", "R": "pending", "D": "rejected", "E": "rejected"}
_ACTIONS = {"WQ": "accepted", "U": "rejected"}


def is_277ca(version: str, header: list[str]) -> bool:
    """Tell a claim acknowledgement from an answer to an inquiry: by guide (X214, X167), else by BHT06 or BHT01."""
    if "X214" in version or "X167" in version:
        return True
    return "X212" not in version and (at(header, 6) == "TH" or at(header, 1) == "0085")


@dataclass
class _Loop:
    """A loop of a 277: its statuses wait until its references have been read."""

    level: str = "payer"
    trace: str = ""
    account: str = ""
    payer_claim_id: str = ""
    clearinghouse_id: str = ""
    served: date | None = None
    services: int = 0
    statuses: list[tuple[int, list[str], int]] = field(default_factory=list)


class StatusReading:
    """Where the reading of one 277 stands."""

    def __init__(self, desk: Desk, kind: str) -> None:
        self.txn = desk.txn
        self.desk = desk
        self.kind = kind
        self.batch = ""
        self.loop = _Loop()
        self.handlers = {
            "HL": self._level,
            "TRN": self._trace,
            "SVC": self._service,
            "STC": self._status,
            "REF": self._reference,
            "DTP": self._date,
        }

    def end_loop(self) -> None:
        """Add the rows of the statuses that wait."""
        for waiting in self.loop.statuses:
            moment = self._moment(waiting[1], waiting[0])
            for k, position in enumerate(STATUSES, 1):
                if at(waiting[1], position):
                    self._add(waiting, k, moment)
        self.loop.statuses = []

    def _level(self, segment: list[str], ordinal: int) -> None:
        self.end_loop()
        level = _LEVELS.get(at(segment, 3))
        if level is None:
            self.desk.flag("UNKNOWN_LEVEL", "HL03 is no level of a 277: read as a claim", ordinal)
        if level in {"payer", "receiver"}:
            self.batch = ""
        self.loop = _Loop(level or "claim")

    def _trace(self, segment: list[str], _: int) -> None:
        if self.loop.level == "claim" and (self.loop.trace or self.loop.statuses):
            self.end_loop()
            self.loop = _Loop("claim")
        if at(segment, 1) == "2":
            self.loop.trace = at(segment, 2)
            if self.loop.level == "receiver":
                self.batch = self.loop.trace

    def _service(self, _segment: list[str], _: int) -> None:
        self.loop.services += 1

    def _status(self, segment: list[str], ordinal: int) -> None:
        self.loop.statuses.append((ordinal, segment, self.loop.services))

    def _reference(self, segment: list[str], _: int) -> None:
        qualifier, value = at(segment, 1), at(segment, 2)
        if self.loop.services:
            return
        if qualifier == "1K":
            self.loop.payer_claim_id = value
        elif qualifier == "D9":
            self.loop.clearinghouse_id = value
        elif qualifier == "EJ":
            self.loop.account = value

    def _date(self, segment: list[str], ordinal: int) -> None:
        if at(segment, 1) == "472" and self.loop.served is None:
            self.loop.served = self.desk.day(at(segment, 3), "DTP*472", ordinal)

    def _moment(self, segment: list[str], ordinal: int) -> int | None:
        """Return when the status was given. STC02 is a day only; on the day of the group, GS05 tells the time of it."""
        day, group = at(segment, 2), self.txn.group
        same_day = self.desk.days[day] is not None and self.desk.days[day] == self.desk.days[group.date]
        moment, _ = self.desk.clock.moment(day, group.time if same_day else "")
        if moment is not None:
            return moment
        if day:
            self.desk.flag("BAD_DATE", "STC02 is no date: GS04 and GS05 taken", ordinal)
        return self.desk.sent_at(group.date, group.time)

    def _add(self, waiting: tuple[int, list[str], int], k: int, moment: int | None) -> None:
        ordinal, segment, service = waiting
        composite = at(segment, STATUSES[k - 1]).split(self.txn.component)
        category, action = component(composite, 1) or "", at(segment, 3)
        outcome = _CATEGORIES.get(category) or _STAGES.get(category[:1]) or _ACTIONS.get(action)
        if outcome is None or moment is None:
            reason = (
                "UNKNOWN_CODE: STC01-1"
                if outcome is None
                else "NO_DATE: neither STC02 nor GS04 nor ISA09 is a date"
            )
            self.desk.reject(TABLE, reason, ordinal, f"STC{STATUSES[k - 1]:02d}", category)
            return
        status = Status(self.kind, self.loop.level, outcome, ordinal, moment, k, batch=self.batch)
        status.category, status.code, status.entity = (
            category,
            component(composite, 2),
            component(composite, 3),
        )
        status.action, status.amount = (
            action,
            self.desk.optional(self.desk.money, segment, 4, ordinal),
        )
        status.payer_claim_id, status.clearinghouse_id = self.loop.payer_claim_id, self.loop.clearinghouse_id
        status.served = self.loop.served
        if self.loop.level == "claim":
            # In a 277 the trace is that of the inquiry; the provider's own number stands in REF*EJ.
            status.pcn = self.loop.trace if self.kind == "277CA" else self.loop.account or self.loop.trace
        if service:
            status.error = f"SVC:{service}"
        add_row(status, self.desk)
