"""Verifying a patient's coverage before the claim goes out, and what it saves.

Belongs here: which claims are verified, and the reasons that payers give instead. Does not belong here: the decision to
deny (`adjudication.py`): verifying changes why some claims are denied, never how many, and draws nothing.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

from assets.sample.season import day_of

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.people import Person

_INELIGIBLE = "27"
_LATE = "29"
_AVOIDED = 0.85
"""Share of the denials for want of coverage that verifying would have spared."""
_UNSEEN = 0.75
"""Share of the other denials that take as little work (109, 29) and come as want of coverage when nobody looked."""
_BACKLOG_SHARE = 0.45


def coverage(site: str, ordinal: int) -> float:
    """Return the share of claims that a site verifies: one rises and falls within two months, the other climbs slowly."""
    if site.endswith("North"):
        return 0.5 + 0.38 * math.sin(ordinal / 9.5)
    return min(0.15 + 0.7 * ((ordinal - day_of(ordinal).replace(month=1, day=1).toordinal()) / 200), 0.85)


def is_verified(claim: Claim, person: Person, ordinal: int) -> bool:
    """Say whether somebody verifies the coverage of a claim before entering its charges."""
    return _draw(claim, 1) < coverage(person.site, ordinal)


def reason(claim: Claim, carc: str) -> str:
    """Return the reason of a denial, given whether coverage was verified.

    Only reasons that the denial team treats alike (`payers.CARC_ACTION`) take each other's place.
    """
    seen = claim.verified if claim.noted[0] else _draw(claim, 1) < _BACKLOG_SHARE
    if seen and carc == _INELIGIBLE and _draw(claim, 2) < _AVOIDED:
        return _LATE
    if not seen and carc in {_LATE, "109"} and _draw(claim, 2) < _UNSEEN:
        return _INELIGIBLE
    return carc


def _draw(claim: Claim, salt: int) -> float:
    """Return a number between 0 and 1 that belongs to the claim: no generator moves on."""
    return zlib.crc32(f"{claim.number}/{salt}".encode()) / 2**32
