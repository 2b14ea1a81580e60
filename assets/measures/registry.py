"""The registry of definitions: every published number carries the id of one of these.

Belongs here: the type of a definition, and reading `definitions.toml`, the one place where they are written down.
Does not belong here: computing a measure (sql/measures) or judging it (bands).
Pure: neither Dagster nor a database connection.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from assets.errors import RcmbenchError

DEFINITIONS_PATH = Path(__file__).with_name("definitions.toml")
GOOD = ("up", "down", "context")


class DefinitionError(RcmbenchError):
    """The registry cannot be used; the message names the file, the definition and the reason."""


@dataclass(frozen=True)
class Definition:
    """What a number means: its value is `numerator` over `denominator`, each summed first, null without a denominator.

    `role` is a billing role or `all`; `good` says which direction is better, `context` that neither is;
    `source` is the table that holds it; `feeds` are the intake tables it is computed from; `version` rises with every
    change of meaning.
    """

    id: str
    name: str
    role: str
    numerator: str
    denominator: str
    exclusions: str
    unit: str
    good: str
    grain: str
    source: str
    feeds: tuple[str, ...]
    version: int


_TYPES: dict[str, type] = {field.name: str for field in fields(Definition)} | {"feeds": list, "version": int}


def load_definitions(path: Path = DEFINITIONS_PATH) -> dict[str, Definition]:
    """Read the definitions, keyed by id, in the order of the file.

    Raises DefinitionError when the file cannot be read, an id stands twice, or a field is missing, unknown, empty or
    of the wrong type.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("definition", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise DefinitionError(f"{path.name}: has no [[definition]] entries")
    found: dict[str, Definition] = {}
    for number, entry in enumerate(entries, 1):
        definition = _definition(path, number, entry)
        if definition.id in found:
            raise DefinitionError(f"{path.name}: {definition.id}: defined twice")
        found[definition.id] = definition
    return found


def _definition(path: Path, number: int, entry: Any) -> Definition:
    if not isinstance(entry, dict):
        raise DefinitionError(f"{path.name}: entry {number}: is not a table")
    place = f"{path.name}: {entry.get('id') or f'entry {number}'}"
    missing, unknown = sorted(_TYPES.keys() - entry.keys()), sorted(entry.keys() - _TYPES.keys())
    if missing:
        raise DefinitionError(f"{place}: missing: {', '.join(missing)}")
    if unknown:
        raise DefinitionError(f"{place}: unknown: {', '.join(unknown)}")
    for name, kind in _TYPES.items():
        value = entry[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise DefinitionError(f"{place}: {name} must be of type {kind.__name__}")
        if value in ("", []):
            raise DefinitionError(f"{place}: {name} is empty")
    if entry["good"] not in GOOD:
        raise DefinitionError(f"{place}: good must be one of {', '.join(GOOD)}")
    if not all(isinstance(feed, str) for feed in entry["feeds"]):
        raise DefinitionError(f"{place}: feeds must be a list of names")
    if entry["version"] < 1:
        raise DefinitionError(f"{place}: version must be 1 or more")
    return Definition(**{**entry, "feeds": tuple(entry["feeds"])})
