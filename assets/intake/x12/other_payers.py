"""Coordination of benefits in an 837: what other payers paid and adjusted, of the claim and of its lines.

Belongs here: loops 2320 and 2330 (another payer) and 2430 (its adjudication of a line), and the rows of
claim_other_payers, claim_other_payments and claim_other_adjustments. A segment that comes twice in a loop counts as it
came last. Does not belong here: finding out that such a loop begins or ends (`claims.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.intake.x12.adjustments import triplets
from assets.intake.x12.values import at, component

if TYPE_CHECKING:
    from datetime import date

    from assets.intake.x12.desk import Desk

PAYERS, PAYMENTS, ADJUSTMENTS = "claim_other_payers", "claim_other_payments", "claim_other_adjustments"
_AMOUNTS = {"D": "paid", "EAF": "liability", "A8": "non_covered"}


@dataclass
class OtherPayer:
    """A 2320 loop. `described` is the role of the last NM1 in it: references and dates belong to that one."""

    ordinal: int
    number: int
    segment: list[str] = field(repr=False)
    described: str = ""
    payer_id: str | None = None
    payer_name: str | None = None
    payer_claim_id: str | None = None
    member_key: str | None = None
    amounts: dict[str, int | None] = field(default_factory=dict)
    adjudicated: date | None = None


@dataclass
class OtherPayment:
    """A 2430 loop: the adjudication of the line with the given index among the claim's LX loops."""

    ordinal: int
    line: int
    segment: list[str] = field(repr=False)
    liability: int | None = None
    adjudicated: date | None = None
    adjustments: int = 0
    rejected: bool = False

    @property
    def payer_id(self) -> str | None:
        """Return SVD01."""
        return at(self.segment, 1) or None


@dataclass
class Coordination:
    """The other payers of one claim. `payer` and `payment` are the loops that are open: one of them at most."""

    payers: list[OtherPayer] = field(default_factory=list)
    payments: list[OtherPayment] = field(default_factory=list)
    adjustments: list[tuple[int, list[str], OtherPayer | OtherPayment]] = field(default_factory=list)
    payer: OtherPayer | None = None
    payment: OtherPayment | None = None

    def close(self) -> None:
        """End the loops that are open."""
        self.payer = self.payment = None

    def begin_payer(self, segment: list[str], ordinal: int) -> None:
        """Open a 2320 loop at its SBR."""
        self.payer, self.payment = OtherPayer(ordinal, len(self.payers) + 1, segment), None
        self.payers.append(self.payer)

    def begin_payment(self, segment: list[str], ordinal: int, line: int) -> None:
        """Open a 2430 loop at its SVD."""
        self.payment = OtherPayment(ordinal, line, segment)
        self.payments.append(self.payment)

    def name(self, segment: list[str], desk: Desk) -> None:
        """Take the name of the other subscriber (IL) or of the other payer (PR); the providers' are passed over."""
        payer = self.payer
        if payer is None:
            return
        payer.described = at(segment, 1)
        if payer.described == "PR":
            payer.payer_id, payer.payer_name = at(segment, 9) or None, at(segment, 3) or None
        elif payer.described == "IL":
            payer.member_key = desk.hide("member", at(segment, 9))

    def reference(self, segment: list[str]) -> None:
        """Take the other payer's own number of the claim: REF*F8 of loop 2330B, not of the providers after it."""
        if self.payer is not None and self.payer.described == "PR" and at(segment, 1) == "F8":
            self.payer.payer_claim_id = at(segment, 2) or None

    def date(self, segment: list[str], ordinal: int, desk: Desk) -> None:
        """Take the day of adjudication, DTP*573."""
        loop = self.payer or self.payment
        if loop is not None and at(segment, 1) == "573":
            loop.adjudicated = desk.day(at(segment, 3), "DTP*573", ordinal)

    def amount(self, segment: list[str], ordinal: int, desk: Desk) -> None:
        """Take AMT*D, AMT*EAF and AMT*A8 of a payer, AMT*EAF of a payment; none when it cannot be read."""
        kind = _AMOUNTS.get(at(segment, 1))
        if kind is None:
            return
        if self.payer is not None:
            self.payer.amounts[kind] = desk.optional(desk.money, segment, 2, ordinal)
        elif self.payment is not None and kind == "liability":
            self.payment.liability = desk.optional(desk.money, segment, 2, ordinal)

    def adjustment(self, segment: list[str], ordinal: int, desk: Desk) -> None:
        """Keep a CAS for the loop that is open; outside of both nobody has adjusted anything."""
        loop = self.payer or self.payment
        if loop is None:
            desk.flag("STRAY_ADJUSTMENT", "CAS without another payer: not loaded", ordinal)
            return
        if isinstance(loop, OtherPayment):
            loop.adjustments += 1
        self.adjustments.append((ordinal, segment, loop))


def add_coordination(
    others: Coordination, keys: tuple[str, str], numbers: list[int], submitted: int | None, desk: Desk
) -> None:
    """Add the rows of a claim's other payers. `keys` are submission_id and pcn, `numbers` the lines' numbers."""
    for payer in others.payers:
        _add_payer(payer, keys, submitted, desk)
    known = {payer.payer_id for payer in others.payers}
    for payment in others.payments:
        _add_payment(payment, keys, numbers[payment.line], submitted, desk)
        if payment.payer_id not in known:
            desk.flag("UNKNOWN_OTHER_PAYER", "SVD01 is no payer of the claim's 2330B loops", payment.ordinal)
    for ordinal, segment, loop in others.adjustments:
        if isinstance(loop, OtherPayer):
            place, payer_id = (loop.number, 0), loop.payer_id
        elif loop.rejected:
            continue
        else:
            place, payer_id = (0, numbers[loop.line]), loop.payer_id
        for k, *adjusted in triplets(segment, ordinal, ADJUSTMENTS, desk)[0]:
            row = (*keys, *place, payer_id, *adjusted, submitted, desk.txn.number, ordinal, k)
            desk.rows[ADJUSTMENTS].append(row)


def _add_payer(payer: OtherPayer, keys: tuple[str, str], submitted: int | None, desk: Desk) -> None:
    if payer.payer_id is None:
        desk.flag("OTHER_PAYER_WITHOUT_ID", "2320 loop without NM109 of an NM1*PR", payer.ordinal)
    desk.rows[PAYERS].append(
        (
            *keys,
            payer.number,
            at(payer.segment, 1) or None,
            at(payer.segment, 9) or None,
            payer.payer_id,
            payer.payer_name,
            payer.payer_claim_id,
            payer.member_key,
            *(payer.amounts.get(kind) for kind in _AMOUNTS.values()),
            payer.adjudicated,
            submitted,
            desk.txn.number,
            payer.ordinal,
            0,
        )
    )


def _add_payment(
    payment: OtherPayment, keys: tuple[str, str], line_no: int, submitted: int | None, desk: Desk
) -> None:
    """Add the row of an SVD; without an amount it is rejected, and its adjustments are left out with it."""
    segment = payment.segment
    amounts = desk.required_amounts(PAYMENTS, segment, (2,), payment.ordinal)
    if amounts is None:
        payment.rejected = True
        if payment.adjustments:
            desk.flag("LEFT_OUT", f"{payment.adjustments} CAS left out with their SVD", payment.ordinal)
        return
    procedure = at(segment, 3).split(desk.txn.component)
    modifiers = [modifier for position in range(3, 7) if (modifier := component(procedure, position))]
    desk.rows[PAYMENTS].append(
        (
            *keys,
            line_no,
            payment.payer_id,
            *amounts,
            component(procedure, 2),
            ":".join(modifiers) or None,
            at(segment, 4) or None,
            desk.optional(desk.number, segment, 5, payment.ordinal),
            at(segment, 6) or None,
            payment.adjudicated,
            payment.liability,
            submitted,
            desk.txn.number,
            payment.ordinal,
            0,
        )
    )
