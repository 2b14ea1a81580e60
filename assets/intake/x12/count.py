"""How many records a file holds, counted by scanning its text: the other side of the reconciliation.

Belongs here: counting without building rows. `scan` reads the text between terminators with patterns and shares nothing
with the row builders; `tally` counts in segments already split, for what is rejected whole.
Does not belong here: deciding whether a record can be loaded.

A record is a CLM (table claims), a CLP (table remit_claims), or a status (table acknowledgements): a TA1, AK9, IK5 or
AK5 segment, a CTX that names CLM01, and each of STC01, STC10 and STC11 that is not empty.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assets.intake.x12.values import BLANK, at

if TYPE_CHECKING:
    from assets.intake.x12.delimiters import Delimiters

COUNTED = {"CLM": "claims", "CLP": "remit_claims"} | dict.fromkeys(
    ("TA1", "AK9", "IK5", "AK5"), "acknowledgements"
)
STATUSES = (1, 10, 11)
_BLANKS = f"[{re.escape(BLANK)}]*"
_LOOSE = re.compile(r"(?<![A-Za-z0-9])(CLM|CLP)(?=[^A-Za-z0-9\s])")


@lru_cache(maxsize=64)
def _pattern(delimiters: Delimiters) -> re.Pattern[str]:
    element, terminator = re.escape(delimiters.element), re.escape(delimiters.terminator)
    end = rf"(?={element}|{_BLANKS}(?:{terminator}|\Z))"
    claim = rf"CTX{element}{_BLANKS}CLM01{re.escape(delimiters.component)}"
    records = rf"({'|'.join(COUNTED)}){end}|({claim})|STC{element}([^{terminator}]*)"
    return re.compile(rf"(?:\A|{terminator}){_BLANKS}(?:{records})")


def scan(body: str, delimiters: Delimiters) -> Counter[str]:
    """Count the records of an interchange by table."""
    counts: Counter[str] = Counter()
    for segment_id, claim, statuses in _pattern(delimiters).findall(body):
        if segment_id or claim:
            counts[COUNTED.get(segment_id, "acknowledgements")] += 1
        else:
            pieces = ["STC", *statuses.split(delimiters.element)]
            counts["acknowledgements"] += sum(at(pieces, position) != "" for position in STATUSES)
    return counts


def scan_bytes(body: bytes, delimiters: Delimiters) -> Counter[str]:
    """Count the records of interchanges by table in their UTF-8 bytes, as `scan` does in their text.

    It looks at the four bytes after every terminator. A blank there, or a segment that has to be looked into, makes the pattern
    do it, which takes ten times as long.
    """
    buffer = np.frombuffer(body, dtype=np.uint8)
    after = np.flatnonzero(buffer == ord(delimiters.terminator)) + 1
    tail = after[after > len(body) - 4]
    # Every byte begins a word of four: one gather fetches all heads.
    heads = np.ndarray((max(len(body) - 3, 0),), dtype=">u4", buffer=body, strides=(1,))[
        after[: len(after) - len(tail)]
    ]
    heads = heads.astype("=u4")
    names = heads >> 8
    counts: Counter[str] = Counter()
    certain = not (heads < (ord(" ") + 1) << 24).any() and not (tail < len(body)).any()
    for name in (*COUNTED, "STC", "CTX"):
        found = int.from_bytes(name.encode(), "big")
        records = int((heads == (found << 8 | ord(delimiters.element))).sum())
        certain = certain and (not records or name in COUNTED)
        certain = certain and records == int((names == found).sum())
        counts[COUNTED.get(name, "")] += records
    return +counts if certain else scan(body.decode(), delimiters)


def scan_loosely(text: str) -> Counter[str]:
    """Count what looks like claims in text without usable delimiters."""
    return Counter(COUNTED[found] for found in _LOOSE.findall(text))


def tally(segments: list[list[str]], component: str) -> Counter[str]:
    """Count the records among the split segments of a transaction, by table; a TA1 is no part of one."""
    counts: Counter[str] = Counter()
    for segment in segments:
        if segment[0] in COUNTED and segment[0] != "TA1":
            counts[COUNTED[segment[0]]] += 1
        elif segment[0] == "STC":
            counts["acknowledgements"] += sum(at(segment, position) != "" for position in STATUSES)
        elif segment[0] == "CTX" and at(segment, 1).startswith("CLM01" + component):
            counts["acknowledgements"] += 1
    return counts
