"""Envelopes of the X12 files in the folder of formats: any delimiters, padding and line ends, sound or damaged.

Belongs here: ISA to IEA as a list of segments, and writing such a list as bytes. Does not belong here: what a
transaction says (`x12_claims.py`) or what is done to it (`x12_files.py`, `x12_damaged.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DAY, CLOCK = "20260302", "0905"


class Maker:
    """The numbers of one folder: a seeded generator, and counters so that no number occurs twice by accident."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._numbers: Iterator[int] = count(1)
        self._controls: Iterator[int] = count(500_000_001)

    def number(self) -> int:
        """Return the next number of a claim, payment or person."""
        return next(self._numbers)

    def control(self) -> int:
        """Return the next interchange control number."""
        return next(self._controls)

    def cents(self, lowest: int = 20_00, highest: int = 400_00) -> int:
        """Return an amount in cents."""
        return self.random.randint(lowest, highest)


@dataclass(frozen=True)
class Style:
    """How an interchange is written: its delimiters, what follows a terminator, and whether the ISA is padded."""

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    after: str = "\n"
    padded: bool = True
    repetition: str = "^"


PLAIN = Style()


@dataclass(frozen=True)
class Set:
    """A transaction set: ST01, implementation guide, the segments between ST and SE, and how many records they hold."""

    name: str
    guide: str
    segments: tuple[str, ...]
    records: int

    @property
    def functional(self) -> str:
        """Return GS01."""
        return {"837": "HC", "835": "HP", "277": "HN", "850": "PO"}.get(self.name, "FA")


def isa(control: int, style: Style = PLAIN, version: str = "00501") -> str:
    """Return an ISA segment with `*` between its elements."""
    parts = (
        ("00", ""),
        ("00", ""),
        ("ZZ", "SAMPLEOFFICE"),
        ("ZZ", "SAMPLECLEAR"),
    )
    width = (10, 10, 15, 15) if style.padded else (0, 0, 0, 0)
    head = "*".join(
        f"{kind}*{value:{w}}" if w else f"{kind}*{value}"
        for (kind, value), w in zip(parts, width, strict=True)
    )
    return f"ISA*{head}*{DAY[2:]}*{CLOCK}*{style.repetition}*{version}*{control:09d}*0*T*:"


def envelope(
    control: int, sets: Sequence[Set], style: Style = PLAIN, *, first: int = 1, extra: Sequence[str] = ()
) -> list[str]:
    """Return the segments of one interchange with a group per functional id; ST02 counts from `first`.

    `extra` segments (TA1) stand before the first group.
    """
    version = "00401" if any(item.guide.startswith("004010") for item in sets) else "00501"
    out, number = [isa(control, style, version), *extra], first
    families = list(dict.fromkeys((item.functional, item.guide) for item in sets))
    for i, (functional, guide) in enumerate(families, 1):
        out.append(f"GS*{functional}*SAMPLEOFFICE*SAMPLECLEAR*{DAY}*{CLOCK}*{control % 10_000}{i}*X*{guide}")
        own = [item for item in sets if (item.functional, item.guide) == (functional, guide)]
        for item in own:
            named = "" if guide.startswith("004010") else f"*{guide}"
            out.append(f"ST*{item.name}*{number:04d}{named}")
            out += item.segments
            out.append(f"SE*{len(item.segments) + 2}*{number:04d}")
            number += 1
        out.append(f"GE*{len(own)}*{control % 10_000}{i}")
    out.append(f"IEA*{len(families)}*{control:09d}")
    return out


def written(segments: Sequence[str], style: Style = PLAIN, encoding: str = "utf-8") -> bytes:
    """Return segments as bytes in a style."""
    table = str.maketrans({"*": style.element, ":": style.component})
    return "".join(f"{text.translate(table)}{style.terminator}{style.after}" for text in segments).encode(
        encoding
    )


def records_of(sets: Sequence[Set]) -> int:
    """Return how many records were written into the sets."""
    return sum(item.records for item in sets)
