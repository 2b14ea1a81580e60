"""How much a header looks like a column of the contract.

Belongs here: the words of a header and their usual abbreviations. Does not belong here: what is proposed of it (`propose.py`).
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from assets.intake.headers import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from assets.intake.contracts import Column, Table

SURE, LIKELY = 0.95, 0.6
"""From `SURE` on a header is a known spelling, or has the same words as one."""
_WORDS = {
    "acct": "account",
    "adj": "adjustment",
    "amt": "amount",
    "appt": "encounter",
    "at": "date",
    "bal": "balance",
    "by": "user",
    "carrier": "payer",
    "cd": "code",
    "chg": "charge",
    "clm": "claim",
    "dt": "date",
    "dttm": "date",
    "employee": "staff",
    "emp": "staff",
    "from": "from",
    "ins": "payer",
    "insurance": "payer",
    "no": "id",
    "nbr": "id",
    "num": "id",
    "number": "id",
    "on": "date",
    "operator": "staff",
    "payor": "payer",
    "pcn": "claim",
    "pmt": "payment",
    "proc": "procedure",
    "prov": "provider",
    "rsn": "reason",
    "svc": "service",
    "time": "date",
    "timestamp": "date",
    "trans": "transaction",
    "transaction": "transaction",
    "txn": "transaction",
    "user": "staff",
    "usr": "staff",
    "username": "staff",
    "visit": "encounter",
}


def words(name: str) -> tuple[str, ...]:
    """Return the words of a header in lower case, abbreviations written out; `LastBilledDate` is three words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("#", " id ")
    found = re.findall(r"[^\W_]+", spaced.casefold())
    return tuple(_WORDS.get(word, word) for word in found)


def likeness(header: str, column: Column) -> float:
    """Return 0 to 1: 1 when the header is a known spelling, else how much the words and letters have in common."""
    spellings = (column.name, *column.aliases)
    if plain(header) in {plain(spelling) for spelling in spellings}:
        return 1.0
    mine = set(words(header))
    best = 0.0
    for spelling in spellings:
        theirs = set(words(spelling))
        shared = len(mine & theirs) / max(len(mine | theirs), 1)
        letters = SequenceMatcher(None, plain(header), plain(spelling)).ratio()
        # Letters alone mislead (`charge` and `change`), so they count only beside words or when nearly all agree.
        best = max(best, SURE * shared, min(letters, 0.9) if letters > 0.85 else 0.0)
    return best


def closeness(header: str, column: Column) -> float:
    """Return 0 to 1 for a list of suggestions: as `likeness`, but words of the column's description count too."""
    mine, described = set(words(header)) - {"id", "date"}, set(words(column.doc))
    return max(likeness(header, column), 0.6 * len(mine & described) / max(len(mine), 1))


def matches(
    headers: list[str], table: Table, fits: Callable[[int, Column], bool] = lambda _i, _column: True
) -> dict[str, tuple[str, float]]:
    """Return header -> (column, likeness), each column once: the most alike pairs first, in the order of the file.

    `fits` tells of a position and a column whether the cells there can be the column's.
    """
    pairs = [
        (-likeness(header, column), i, j)
        for i, header in enumerate(headers)
        for j, column in enumerate(table.columns)
    ]
    found: dict[str, tuple[str, float]] = {}
    taken: set[int] = set()
    for negative, i, j in sorted(pairs):
        if -negative < LIKELY or headers[i] in found or j in taken:
            continue
        if fits(i, table.columns[j]):
            found[headers[i]] = (table.columns[j].name, -negative)
            taken.add(j)
    return found
