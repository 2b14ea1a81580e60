"""The registry of definitions: every published number carries the id of one of these.

Belongs here: the type of a definition, and reading `definitions/*.toml`, the one place where they are written down.
Does not belong here: computing a measure (sql/measures) or judging it (bands).
Pure: neither Dagster nor a database connection.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFINITIONS_PATH = Path(__file__).with_name("definitions")
GOOD = ("up", "down", "context")
ADDITIVE = ("ratio", "share", "stock")
"""Methods whose numerators and denominators add up: over groups, and but for a stock over days."""
METHODS = ("ratio", "duration", "stock", "share", "flag", "statistic", "reference")
IN_THE_WORDS_OF_AN_OFFICE = {
    "claims": "claims (837)",
    "claim_lines": "claims (837)",
    "claim_diagnoses": "claims (837)",
    "acknowledgements": "acknowledgements (999, 277CA)",
    "acknowledged_errors": "acknowledgements (999, 277CA)",
    "remits": "remittances (835)",
    "remit_claims": "remittances (835)",
    "remit_lines": "remittances (835)",
    "remit_adjustments": "remittances (835)",
    "remit_remarks": "remittances (835)",
    "provider_adjustments": "remittances (835)",
    "activity": "activity of a tracker",
    "ar_snapshots": "A/R snapshots",
    "friction": "a friction log",
    "friction_claims": "claims of friction by staff",
    "staff": "a roster",
    "financials": "monthly financials",
}


class DefinitionError(RcmbenchError):
    """The registry cannot be used; the message names the file, the definition and the reason."""


@dataclass(frozen=True)
class Definition:
    """What a number means: its value is `numerator` over `denominator`, each summed first, null without a denominator.

    `catalogue` are the numbers of the metrics in the project's catalogue that it answers; variants of one metric share a number.
    `meaning` is one paragraph for people who never saw a formula. `role` is a billing role or `all`; `good` says which
    direction is better, `context` that neither is. `method` says how parts become a whole: `ratio` and `share` add numerators
    and denominators, `duration` is a Kaplan-Meier estimate, `stock` holds on a day and does not add over days, `flag` and
    `statistic` are computed anew for every group, `reference` is somebody else's number. `parameters` are keys of the
    `[measures]` configuration. `source` is the table that holds it; `feeds` are the intake tables it is computed from, none for what is planned;
    `version` rises with every change of meaning.
    """

    id: str
    catalogue: tuple[int, ...]
    name: str
    meaning: str
    role: str
    numerator: str
    denominator: str
    exclusions: str
    method: str
    parameters: tuple[str, ...]
    unit: str
    good: str
    grain: str
    source: str
    feeds: tuple[str, ...]
    version: int


_TYPES: dict[str, type] = {field.name: str for field in fields(Definition)} | {
    "catalogue": list,
    "parameters": list,
    "feeds": list,
    "version": int,
}
_MAY_BE_EMPTY = {"parameters", "feeds"}


@cache
def load_definitions(path: Path = DEFINITIONS_PATH) -> Mapping[str, Definition]:
    """Read the definitions, keyed by id, in the order of the files' names and of each file; `path` is a folder or a file.

    They are read once per process.

    Raises DefinitionError when a file cannot be read, an id stands twice, or a field is missing, unknown, empty or
    of the wrong type.
    """
    found: dict[str, Definition] = {}
    for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
        for number, entry in enumerate(_entries(file), 1):
            definition = _definition(file, number, entry)
            if definition.id in found:
                raise DefinitionError(f"{file.name}: {definition.id}: defined twice")
            found[definition.id] = definition
    if not found:
        raise DefinitionError(f"{path.name}: has no definitions")
    return MappingProxyType(found)


def is_share(unit: str) -> bool:
    """Return whether values of the unit are written as percent."""
    return unit in {"share", "difference of shares"} or unit.startswith("share of")


def in_plain_words(feed: str) -> str:
    """Return what a table of intake is called in an office: `remit_lines` are remittances (835)."""
    return IN_THE_WORDS_OF_AN_OFFICE.get(feed, feed.replace("_", " "))


def _entries(path: Path) -> list[Any]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("definition", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise DefinitionError(f"{path.name}: has no [[definition]] entries")
    return entries


def _definition(path: Path, number: int, entry: Any) -> Definition:
    if not isinstance(entry, dict):
        raise DefinitionError(f"{path.name}: entry {number}: is not a table")
    place = f"{path.name}: {entry.get('id') or f'entry {number}'}"
    missing, unknown = sorted(_TYPES.keys() - entry.keys()), sorted(entry.keys() - _TYPES.keys())
    if missing:
        raise DefinitionError(f"{place}: missing: {', '.join(missing)}")
    if unknown:
        raise DefinitionError(f"{place}: unknown: {', '.join(unknown)}")
    _check_fields(place, entry)
    if entry["version"] < 1:
        raise DefinitionError(f"{place}: version must be 1 or more")
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in entry.items()}
    return Definition(**values)


def _check_fields(place: str, entry: dict[str, Any]) -> None:
    for name, kind in _TYPES.items():
        value = entry[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise DefinitionError(f"{place}: {name} must be of type {kind.__name__}")
        if value in ("", []) and name not in _MAY_BE_EMPTY:
            raise DefinitionError(f"{place}: {name} is empty")
    for name, allowed in (("good", GOOD), ("method", METHODS)):
        if entry[name] not in allowed:
            raise DefinitionError(f"{place}: {name} must be one of {', '.join(allowed)}")
    kinds = (("feeds", str, "names"), ("parameters", str, "names"), ("catalogue", int, "numbers"))
    for name, kind, said in kinds:
        if not all(isinstance(value, kind) and not isinstance(value, bool) for value in entry[name]):
            raise DefinitionError(f"{place}: {name} must be a list of {said}")
