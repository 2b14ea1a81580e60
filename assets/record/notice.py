"""Whether records of individuals may be made at all: a legal basis, and staff who have been told.

Belongs here: that rule. Does not belong here: what a record holds (`questions.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from datetime import date

    from assets.settings import Notice


class NoticeError(RcmbenchError):
    """No record of an individual may be made; the message says what is missing."""


def must_be_told(notice: Notice, today: date) -> None:
    """Raise NoticeError unless the configuration names a legal basis and a day, not after today, on which staff were told."""
    missing = []
    if not notice.legal_basis.strip():
        missing.append("legal_basis")
    if notice.staff_told_on is None:
        missing.append("staff_told_on")
    if missing:
        raise NoticeError(
            "records of individuals are not made: section [notice] of the configuration lacks "
            f"{' and '.join(missing)}. Activity of a person may be shown only on a legal basis and after staff were told"
        )
    if notice.staff_told_on and notice.staff_told_on > today:
        raise NoticeError(
            f"records of individuals are not made before {notice.staff_told_on}, when staff are told ([notice] staff_told_on)"
        )
