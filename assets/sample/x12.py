"""Envelopes of the sample office's X12 files: delimiters, control numbers and counts.

Belongs here: ISA to IEA, GS to GE, ST to SE. Does not belong here: what a transaction says (`x12_claims.py` and its sisters).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from assets.sample.season import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OFFICE = "SAMPLEOFFICE"
CLEARINGHOUSE = "SAMPLECLEAR"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: functional id (GS01), transaction (ST01), implementation guide (GS08)."""

    functional: str
    transaction: str
    guide: str


PROFESSIONAL = Kind("HC", "837", "005010X222A1")
INSTITUTIONAL = Kind("HC", "837", "005010X223A2")
ACKNOWLEDGEMENT = Kind("FA", "999", "005010X231A1")
CLAIM_ACKNOWLEDGEMENT = Kind("HN", "277", "005010X214")
REMITTANCE = Kind("HP", "835", "005010X221A1")


@dataclass(slots=True)
class Controls:
    """Control numbers of the office: interchange, group and transaction never repeat within a sample."""

    interchange: Iterator[int] = field(default_factory=lambda: count(100_000_001))
    group: Iterator[int] = field(default_factory=lambda: count(10_001))
    transaction: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(slots=True)
class Transaction:
    """A transaction set without its ST and SE: segments in order, `*` between elements, no terminator."""

    segments: list[str]
    control: str


@dataclass(frozen=True, slots=True)
class Route:
    """Who sends to whom, and when: ordinal of the day and HHMM."""

    sender: str
    receiver: str
    ordinal: int
    clock: str


def usd(cents: int) -> str:
    """Return an amount as X12 and exports carry it."""
    return f"{cents // 100}.{cents % 100:02d}" if cents >= 0 else f"-{-cents // 100}.{-cents % 100:02d}"


def interchange(kind: Kind, route: Route, group: int, number: int, sets: Iterable[Transaction]) -> str:
    """Return one interchange with one group; segments end in `~` and a line break."""
    day, out = compact(route.ordinal), []
    control = f"{number:09d}"
    out.append(
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{route.sender:15}*ZZ*{route.receiver:15}*{day[2:]}*{route.clock}*^*00501*{control}*0*T*:"
    )
    out.append(
        f"GS*{kind.functional}*{route.sender}*{route.receiver}*{day}*{route.clock}*{group}*X*{kind.guide}"
    )
    n_sets = 0
    for transaction in sets:
        out.append(f"ST*{kind.transaction}*{transaction.control}*{kind.guide}")
        out += transaction.segments
        out.append(f"SE*{len(transaction.segments) + 2}*{transaction.control}")
        n_sets += 1
    out.append(f"GE*{n_sets}*{group}")
    out.append(f"IEA*1*{control}")
    return "~\n".join(out) + "~\n"


def with_pipes(text: str) -> str:
    """Return the same interchange with `|` between elements and a line break as the terminator."""
    return text.replace("~\n", "\n").replace("*", "|")
