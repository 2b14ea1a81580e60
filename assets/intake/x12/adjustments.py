"""CAS segments: a group code and up to six triplets of reason, amount and quantity, in an 835 and in an 837.

Belongs here: what a triplet is and when one is rejected. Does not belong here: the loop that the segment stands in, or
the row that a triplet becomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.intake.x12.values import at

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk

Triplet = tuple[int, str, str, int, "int | None"]
"""k from 1 to 6, group code, reason code, amount in cents, quantity in thousandths."""

_REASONS = range(2, 20, 3)


def triplets(segment: list[str], ordinal: int, table: str, desk: Desk) -> tuple[list[Triplet], bool]:
    """Return the triplets of a CAS that can be loaded, and whether these are all of them.

    A triplet without reason and amount is empty, one that lacks either (or the group) is rejected for `table`, one whose
    quantity cannot be read is flagged and loaded.
    """
    found: list[Triplet] = []
    complete = True
    group = at(segment, 1)
    for k, position in enumerate(_REASONS, 1):
        carc, text = at(segment, position), at(segment, position + 1)
        if not carc and not text:
            continue
        amount = desk.money[text]
        if amount is None or not carc or not group:
            column = f"CAS{(position + 1) if amount is None else (position if not carc else 1):02d}"
            problem = "NOT_A_NUMBER" if text and amount is None else "MISSING"
            desk.reject(table, f"{problem}: {column}", ordinal, column, text if amount is None else "")
            complete = False
            continue
        found.append((k, group, carc, amount, desk.optional(desk.number, segment, position + 2, ordinal)))
    return found, complete
