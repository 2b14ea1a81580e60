"""Whether the amounts of an 835 balance: line, claim and payment. An imbalance is flagged, never dropped.

Belongs here: the three sums of the implementation guide, in cents. Does not belong here: reading the amounts. A sum is
not checked when a part of it was rejected: that is reported already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk
    from assets.intake.x12.remit_rows import Payment


def check_line(charge: int, paid: int, adjusted: int | None, ordinal: int, desk: Desk) -> None:
    """Flag a line whose charge less payment is not the sum of its adjustments."""
    if adjusted is not None and charge - paid != adjusted:
        desk.flag("LINE_BALANCE", "SVC02 - SVC03 is not the sum of the line's CAS", ordinal)


def check_claim(charge: int, paid: int, adjusted: int | None, ordinal: int, desk: Desk) -> None:
    """Flag a claim whose charge less payment is not the sum of its own and its lines' adjustments."""
    if adjusted is not None and charge - paid != adjusted:
        desk.flag("CLAIM_BALANCE", "CLP03 - CLP04 is not the sum of the claim's and its lines' CAS", ordinal)


def check_payment(payment: Payment, desk: Desk) -> None:
    """Flag a payment that is not the sum of its claims less the provider adjustments."""
    if payment.complete and payment.amount != payment.paid - payment.adjusted:
        message = f"BPR02 is not the sum of CLP04 less the sum of PLB in {desk.txn.place}"
        desk.flag("PAYMENT_BALANCE", message, payment.ordinal)
