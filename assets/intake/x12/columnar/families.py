"""The families that are read by columns: what is needed to read one, and what its amounts have to add up to.

Belongs here: settling which transactions are regular, the parts that the plain reader's code reads (the payment of an
835), balances. Does not belong here: the values of a family (`remits.py`, `claims.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assets.intake.x12.balance import LEVELS, check_payment
from assets.intake.x12.columnar.claim_frames import ClaimFrames
from assets.intake.x12.columnar.claims import ClaimValues, claim_kind
from assets.intake.x12.columnar.remit_frames import RemitFrames
from assets.intake.x12.columnar.remits import RemitValues
from assets.intake.x12.columnar.sets import sums
from assets.intake.x12.remits import read_payment
from assets.intake.x12.values import at

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.sets import Sets
    from assets.intake.x12.remit_rows import Payment


class Frames(Protocol):
    """What a family returns."""

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the rows by table name."""


@dataclass(frozen=True)
class Family:
    """How a family is read: `record` is the segment that is a record of it, `foreign` one that is a record of the other."""

    record: str
    foreign: str
    kind: Callable[[Sets, int], str]
    read: Callable[[Sets], Frames]


def read_remit_sets(sets: Sets) -> RemitFrames:
    """Read 835 transactions; those that turn out odd are left out and marked."""
    values = RemitValues(sets)
    payments = _payments(sets)
    if sets.settle():
        values = RemitValues(sets)
    lines, claims = values.differences()
    balance(sets, "line", values.loops.services, lines)
    balance(sets, "claim", values.loops.claims, claims)
    size = len(sets.transactions)
    paid = sums(sets.owner[values.loops.claims], values.paid.values, size).tolist()
    adjusted = sums(sets.owner[values.pairs], values.provider_paid.values, size).tolist()
    for transaction, payment, *added in zip(sets.transactions, payments, paid, adjusted, strict=True):
        if payment is not None:
            sets.desk.txn = transaction
            payment.paid, payment.adjusted = added
            check_payment(payment, sets.desk)
    return RemitFrames(values, payments)


def _payments(sets: Sets) -> list[Payment | None]:
    """Read the payment of every transaction that is not odd so far; one that cannot be read makes its transaction odd."""
    ends = np.append(sets.which("LX", "CLP", "SVC", "PLB"), len(sets.tokens))
    header_ends = ends[np.searchsorted(ends, sets.firsts)]
    claims = np.bincount(sets.owner[sets.which("CLP")], minlength=len(sets.transactions))
    found: list[Payment | None] = []
    for i, transaction in enumerate(sets.transactions):
        payment: Payment | None = None
        if not sets.odd[i]:
            sets.desk.txn = transaction
            first = int(sets.firsts[i])
            last = min(first + transaction.length, int(header_ends[i])) - 1
            element = sets.tokens.delimiters.element
            header = [segment.split(element) for segment in sets.tokens.texts(first, last)]
            flagged = len(sets.desk.flags)
            # Of the claims the payment tells only the number, so their ids are enough.
            read = read_payment(header + [["CLP"]] * int(claims[i]), sets.desk)
            if isinstance(read, str):
                del sets.desk.flags[flagged:]
                sets.odd[i] = True
            else:
                payment = read
        found.append(payment)
    return found


def read_claim_sets(sets: Sets) -> ClaimFrames:
    """Read 837 transactions; those that turn out odd are left out and marked."""
    values = ClaimValues(sets)
    headers = _headers(sets)
    if sets.settle():
        values = ClaimValues(sets)
    balance(sets, "charge", values.loops.claims, *values.differences())
    return ClaimFrames(values, headers)


def _headers(sets: Sets) -> list[tuple[str, int]]:
    """Read BHT03 to BHT05 of every transaction that is not odd so far; one without any date becomes odd."""
    headers = sets.which("BHT")
    at_first = np.searchsorted(headers, sets.firsts).tolist()
    found = []
    for i, transaction in enumerate(sets.transactions):
        batch, moment = "", None
        if not sets.odd[i]:
            sets.desk.txn = transaction
            first = int(headers[at_first[i]]) if at_first[i] < len(headers) else len(sets.tokens)
            inside = first < sets.firsts[i] + transaction.length
            header = sets.tokens.split(first) if inside else []
            batch, moment = at(header, 3), sets.desk.sent_at(at(header, 4), at(header, 5))
            sets.odd[i] = moment is None
        found.append((batch, moment or 0))
    return found


def balance(
    sets: Sets,
    level: str,
    segments: NDArray[np.int64],
    differences: NDArray[np.int64],
    checked: NDArray[np.bool_] | None = None,
) -> None:
    """Count and flag amounts as `x12/balance.py` does for one of them; where not `checked` they could not be added up."""
    if not len(segments):
        return
    counts = sets.desk.balances[level]
    known = np.ones(len(segments), dtype=np.bool_) if checked is None else checked
    off = np.flatnonzero(known & (differences != 0))
    counts["checked"] += int(known.sum())
    counts["unchecked"] += int((~known).sum())
    counts["unbalanced"] += len(off)
    counts["difference"] += int(np.abs(differences[off]).sum())
    code, message = LEVELS[level]
    for i in off.tolist():
        segment = int(segments[i])
        sets.desk.txn = sets.transactions[sets.owner[segment]]
        sets.desk.flag(code, message.format(place=sets.desk.txn.place), segment + sets.base)


FAMILIES = {
    "835": Family("CLP", "CLM", lambda _sets, _i: "835", read_remit_sets),
    "837": Family("CLM", "CLP", claim_kind, read_claim_sets),
}
