"""The desk at which one file is read: its rows so far, its rejects and flags, and the values it has seen.

Belongs here: what every reader of a transaction family needs and shares. Does not belong here: any one family.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from assets.intake.records import Flag, Hide, Reject, shape_of
from assets.intake.x12.delimiters import Delimiters
from assets.intake.x12.envelope import Group, Interchange, Transaction
from assets.intake.x12.values import BLANK, Clock, Days, Scaled, at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_NOBODY = f"|{BLANK}"
NOWHERE = Transaction(0, "", "", "", 0, Interchange(0, Delimiters("*", ":", "~"), ""), Group(), [])


def _unbalanced() -> Counter[str]:
    return Counter(checked=0, unbalanced=0, unchecked=0, difference=0)


class Desk:
    """Collects rows (tuples in contract order, then txn_no, row_no, k), rejects and flags of one file.

    `txn` is the transaction that lies on the desk: rows, rejects and flags take their place from it.
    """

    def __init__(self, hide: Hide, time_zone: str) -> None:
        self.rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.rejects: list[Reject] = []
        self.flags: list[Flag] = []
        self.balances: defaultdict[str, Counter[str]] = defaultdict(
            lambda: Counter(checked=0, unbalanced=0, unchecked=0, difference=0)
        )
        self.money = Scaled(2)
        self.number = Scaled(3)
        self.days = Days()
        self.clock = Clock(time_zone)
        self.txn = NOWHERE
        self._hide = hide
        self._hidden: dict[tuple[str, str], str | None] = {}

    def clear(self) -> None:
        """Begin a new part of the file: what was collected has been handed over, and caches must not grow with the file."""
        self.rows, self.rejects, self.flags = defaultdict(list), [], []
        self.balances = defaultdict(_unbalanced)
        for cache in (self._hidden, self.money, self.number, self.days):
            cache.clear()

    @property
    def controls(self) -> tuple[str | None, str | None, str | None]:
        """Return the control numbers of interchange, group and transaction."""
        return self.txn.interchange.control or None, self.txn.group.control or None, self.txn.control or None

    def hide(self, kind: str, value: str) -> str | None:
        """Return the pseudonym of a value; None of an empty one."""
        key = (kind, value)
        if key not in self._hidden:
            (self._hidden[key],) = self.pseudonyms(kind, [value])
        return self._hidden[key]

    def pseudonyms(self, kind: str, values: Iterable[str | None]) -> list[str | None]:
        """Return the pseudonyms of values that will not be asked for again."""
        hide = self._hide
        return [None if value is None or not value.strip(_NOBODY) else hide(kind, value) for value in values]

    def person(self, last: str, first: str, born: str = "") -> str | None:
        """Return the pseudonym of a patient, from the names and (in claims) the date of birth."""
        return self.hide("patient", f"{last}|{first}|{born}") if last or first else None

    def flag(self, code: str, message: str, ordinal: int) -> None:
        """Note something odd about a segment that is loaded all the same."""
        self.flags.append(Flag(code, message, self.txn.number, ordinal))

    def reject(self, table: str, reason: str, ordinal: int, column: str, value: str) -> None:
        """Note a record that is not loaded; of the value only its shape is kept."""
        self.rejects.append(Reject(table, reason, self.txn.number, ordinal, column, shape_of(value)))

    def reject_all(self, counts: Counter[str], reason: str, txn_no: int, ordinal: int) -> None:
        """Reject many records at once, one reject per table."""
        for table, number in sorted(counts.items()):
            self.rejects.append(Reject(table, reason, txn_no, ordinal, records=number))

    def balance(self, level: str, difference: int | None) -> None:
        """Count an amount that was added up; `difference` in cents, None when it could not be.

        `balances` holds, per level, the counts that `records.Balance` names.
        """
        counts = self.balances[level]
        counts["checked" if difference is not None else "unchecked"] += 1
        counts["unbalanced"] += bool(difference)
        counts["difference"] += abs(difference or 0)

    def optional(self, numbers: Scaled, segment: list[str], position: int, ordinal: int) -> int | None:
        """Return an amount that may be absent; one that is no number is flagged and dropped."""
        text = at(segment, position)
        value = numbers[text]
        if value is None and text:
            self.flag("BAD_NUMBER", f"{segment[0]}{position:02d} is no number", ordinal)
        return value

    def day(self, text: str, element: str, ordinal: int) -> date | None:
        """Return a date that may be absent; one that cannot be read is flagged and dropped."""
        return self.span(text, element, ordinal)[0]

    def span(self, text: str, element: str, ordinal: int) -> tuple[date | None, date | None]:
        """Return both ends of a date or a range of dates; what cannot be read is flagged and dropped."""
        first, last = self.days.span(text)
        if text and (first is None or last is None):
            self.flag("BAD_DATE", f"{element} is no date of 1900 to 2099", ordinal)
        return first, last

    def required_amounts(
        self, table: str, segment: list[str], positions: tuple[int, ...], ordinal: int
    ) -> list[int] | None:
        """Return the amounts at the positions, or reject the record at the first that is missing or no number."""
        amounts = []
        for position in positions:
            text = at(segment, position)
            value = self.money[text]
            if value is None:
                column = f"{segment[0]}{position:02d}"
                reason = f"NOT_A_NUMBER: {column}" if text else f"MISSING: {column}"
                self.reject(table, reason, ordinal, column, text)
                return None
            amounts.append(value)
        return amounts

    def sent_at(self, day: str, time: str) -> int | None:
        """Return a moment, else that of the group, else that of the interchange: microseconds since 1970 UTC."""
        txn, isa = self.txn, self.txn.interchange.isa
        choices = ((day, time), (txn.group.date, txn.group.time), (at(isa, 9), at(isa, 10)))
        for i, (date_text, time_text) in enumerate(choices):
            moment, readable = self.clock.moment(date_text, time_text)
            if moment is not None:
                if i:
                    source = ("GS04 and GS05", "ISA09 and ISA10")[i - 1]
                    self.flag(
                        "DATE_FALLBACK", f"{txn.place} has no date of its own: {source} taken", txn.first
                    )
                if not readable:
                    self.flag("BAD_TIME", f"a time of {txn.place} is unreadable: midnight taken", txn.first)
                return moment
        return None
