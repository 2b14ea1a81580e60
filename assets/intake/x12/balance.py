"""Whether amounts that belong together add up: line, claim and payment of an 835, and the charge of an 837.

Belongs here: the sums that the implementation guides demand, in cents. An imbalance is flagged and counted, never dropped.
Does not belong here: reading the amounts. A sum of which a part was rejected or is missing is counted as unchecked: what is
wrong with the part is reported already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk
    from assets.intake.x12.remit_rows import Payment

LEVELS = {
    "line": ("LINE_BALANCE", "SVC02 - SVC03 is not the sum of the line's CAS"),
    "claim": ("CLAIM_BALANCE", "CLP03 - CLP04 is not the sum of the claim's and its lines' CAS"),
    "payment": ("PAYMENT_BALANCE", "BPR02 is not the sum of CLP04 less the sum of PLB in {place}"),
    "charge": ("CHARGE_BALANCE", "CLM02 is not the sum of the charges of the claim's lines"),
}


def check_line(charge: int, paid: int, adjusted: int | None, ordinal: int, desk: Desk) -> None:
    """Hold a line's charge less payment against the sum of its adjustments; None when that is not known."""
    _check("line", None if adjusted is None else charge - paid - adjusted, ordinal, desk)


def check_claim(charge: int, paid: int, adjusted: int | None, ordinal: int, desk: Desk) -> None:
    """Hold a claim's charge less payment against the sum of its own and its lines' adjustments."""
    _check("claim", None if adjusted is None else charge - paid - adjusted, ordinal, desk)


def check_payment(payment: Payment, desk: Desk) -> None:
    """Hold a payment against the sum of its claims less the provider adjustments."""
    difference = payment.amount - payment.paid + payment.adjusted
    _check("payment", difference if payment.complete else None, payment.ordinal, desk)


def check_charge(charge: int, lines: list[int | None], ordinal: int, desk: Desk) -> None:
    """Hold a claim's charge against the sum of its lines'; not when there is no line, or one without a charge."""
    known = [amount for amount in lines if amount is not None]
    complete = bool(lines) and len(known) == len(lines)
    _check("charge", charge - sum(known) if complete else None, ordinal, desk)


def _check(level: str, difference: int | None, ordinal: int, desk: Desk) -> None:
    desk.balance(level, difference)
    if difference:
        code, message = LEVELS[level]
        desk.flag(code, message.format(place=desk.txn.place), ordinal)
