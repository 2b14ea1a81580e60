"""The row of an acknowledgement, shared by every kind of it.

Belongs here: the layout of the table acknowledgements. Does not belong here: reading any transaction set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from assets.intake.x12.desk import Desk

TABLE = "acknowledgements"


@dataclass
class Status:
    """One status: where it stands, what it speaks of, what it says."""

    kind: str
    level: str
    outcome: str
    ordinal: int
    moment: int
    k: int = 0
    acknowledged: str | None = None
    acknowledged_txn: str | None = None
    pcn: str | None = None
    batch: str | None = None
    payer_claim_id: str | None = None
    clearinghouse_id: str | None = None
    category: str | None = None
    code: str | None = None
    entity: str | None = None
    action: str | None = None
    amount: int | None = None
    error: str | None = None
    served: date | None = None


def add_row(status: Status, desk: Desk) -> None:
    """Add a status to the desk."""
    desk.rows[TABLE].append(
        (
            status.kind,
            status.level,
            status.outcome,
            status.acknowledged or None,
            status.acknowledged_txn or None,
            status.pcn or None,
            status.batch or None,
            status.payer_claim_id or None,
            status.clearinghouse_id or None,
            status.category or None,
            status.code or None,
            status.entity or None,
            status.action or None,
            status.amount,
            status.error or None,
            status.served,
            status.moment,
            *desk.controls,
            desk.txn.number,
            status.ordinal,
            status.k,
        )
    )
