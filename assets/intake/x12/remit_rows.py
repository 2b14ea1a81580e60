"""A claim of an 835 as it was collected, and its rows.

Belongs here: the rows of remit_claims, remit_lines, remit_adjustments and remit_remarks and when one is rejected.
Does not belong here: finding the loops (`remits.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.counted import many
from assets.intake.x12.adjustments import triplets
from assets.intake.x12.balance import check_claim, check_line
from assets.intake.x12.values import at, component

if TYPE_CHECKING:
    from datetime import date

    from assets.intake.x12.desk import Desk

Span = tuple["date | None", "date | None"]
_UNIT = 1000


@dataclass
class Payment:
    """The payment that claims belong to, and what has been added up of it."""

    remit_id: str
    amount: int
    day: date
    payer_id: str | None
    ordinal: int
    paid: int = 0
    adjusted: int = 0
    complete: bool = True


@dataclass
class Service:
    """An SVC loop; number 0 is the claim itself, whose adjustments, remarks and dates stand before the first SVC."""

    ordinal: int
    number: int
    segment: list[str]
    control: str | None = None
    allowed: int | None = None
    served: list[date | None] = field(default_factory=lambda: [None, None])
    adjustments: list[tuple[int, list[str]]] = field(default_factory=list)
    remarks: list[tuple[int, int, str, str | None, str]] = field(default_factory=list)


class Paid:
    """A CLP loop."""

    def __init__(self, ordinal: int, remit_claim_id: str, segment: list[str]) -> None:
        self.ordinal = ordinal
        self.remit_claim_id = remit_claim_id
        self.segment = segment
        self.pcn = at(segment, 1)
        self.claim_level = Service(ordinal, 0, segment)
        self.services: list[Service] = []
        self.received: date | None = None
        self.patient_key: str | None = None
        self.patient_member: str | None = None
        self.insured_member: str | None = None
        self.rendering_npi: str | None = None

    @property
    def level(self) -> Service:
        """Return the loop that is open: the last service, else the claim itself."""
        return self.services[-1] if self.services else self.claim_level


def add_rows(claim: Paid, payment: Payment, desk: Desk) -> None:
    """Add the claim's rows, or reject the claim and with it all that belongs to it."""
    amounts = _amounts(claim, desk)
    if amounts is None:
        payment.complete = False
        if claim.services:
            desk.flag(
                "LEFT_OUT", f"{many(len(claim.services), 'line')} left out with their claim", claim.ordinal
            )
        return
    charge, paid = amounts
    payment.paid += paid
    starts = [served for service in claim.services if (served := service.served[0])]
    ends = [served for service in claim.services if (served := service.served[1] or service.served[0])]
    first = claim.claim_level.served[0] or min(starts, default=None)
    last = claim.claim_level.served[1] or max(ends, default=None)
    _add_claim(claim, (charge, paid), (first, last), payment, desk)
    _add_remarks(claim, claim.claim_level, payment, desk)
    total = _add_adjustments(claim, claim.claim_level, payment, desk)
    for service in claim.services:
        adjusted = _add_line(claim, service, (first, last), payment, desk)
        total = None if total is None or adjusted is None else total + adjusted
    check_claim(charge, paid, total, claim.ordinal, desk)


def _add_claim(claim: Paid, amounts: tuple[int, int], served: Span, payment: Payment, desk: Desk) -> None:
    segment = claim.segment
    desk.rows["remit_claims"].append(
        (
            claim.remit_claim_id,
            payment.remit_id,
            claim.pcn,
            at(segment, 7) or None,
            at(segment, 2),
            *amounts,
            desk.optional(desk.money, segment, 5, claim.ordinal),
            at(segment, 6) or None,
            at(segment, 8) or None,
            at(segment, 9) or None,
            at(segment, 11) or None,
            payment.payer_id,
            claim.patient_key,
            claim.insured_member or claim.patient_member,
            claim.rendering_npi,
            *served,
            claim.received,
            payment.day,
            desk.txn.number,
            claim.ordinal,
            0,
        )
    )


def _amounts(claim: Paid, desk: Desk) -> list[int] | None:
    for position in (1, 2):
        if not at(claim.segment, position):
            column = f"CLP{position:02d}"
            desk.reject("remit_claims", f"MISSING: {column}", claim.ordinal, column, "")
            return None
    return desk.required_amounts("remit_claims", claim.segment, (3, 4), claim.ordinal)


def _add_line(
    claim: Paid,
    service: Service,
    served: Span,
    payment: Payment,
    desk: Desk,
) -> int | None:
    """Add a line with what belongs to it; return the sum of its adjustments, None when it is not known."""
    segment = service.segment
    amounts = desk.required_amounts("remit_lines", segment, (2, 3), service.ordinal)
    if amounts is None:
        if service.adjustments:
            desk.flag("LEFT_OUT", f"{len(service.adjustments)} CAS left out with their line", service.ordinal)
        return None
    charge, paid = amounts
    procedure, original = at(segment, 1).split(desk.txn.component), at(segment, 6).split(desk.txn.component)
    modifiers = [modifier for position in range(3, 7) if (modifier := component(procedure, position))]
    units = desk.optional(desk.number, segment, 5, service.ordinal)
    desk.rows["remit_lines"].append(
        (
            claim.remit_claim_id,
            claim.pcn,
            service.number,
            service.control,
            component(procedure, 2),
            ":".join(modifiers) or None,
            component(original, 2),
            at(segment, 4) or None,
            charge,
            paid,
            _UNIT if units is None and not at(segment, 5) else units,
            service.allowed,
            service.served[0] or served[0],
            service.served[1] or service.served[0] or served[1],
            payment.day,
            desk.txn.number,
            service.ordinal,
            0,
        )
    )
    _add_remarks(claim, service, payment, desk)
    total = _add_adjustments(claim, service, payment, desk)
    check_line(charge, paid, total, service.ordinal, desk)
    return total


def _add_adjustments(claim: Paid, service: Service, payment: Payment, desk: Desk) -> int | None:
    """Add the adjustments; return their sum, None when one of them was rejected."""
    total, whole = 0, True
    for ordinal, segment in service.adjustments:
        found, complete = triplets(segment, ordinal, "remit_adjustments", desk)
        whole = whole and complete
        for k, group, carc, amount, quantity in found:
            total += amount
            row = (claim.remit_claim_id, claim.pcn, service.number, group, carc, amount, quantity)
            desk.rows["remit_adjustments"].append((*row, payment.day, desk.txn.number, ordinal, k))
    return total if whole else None


def _add_remarks(claim: Paid, service: Service, payment: Payment, desk: Desk) -> None:
    for ordinal, k, source, qualifier, code in service.remarks:
        row = (claim.remit_claim_id, claim.pcn, service.number, source, qualifier, code, payment.day)
        desk.rows["remit_remarks"].append((*row, desk.txn.number, ordinal, k))
