"""The page of the definitions: by family, each in words, as a table, and worked out by hand on the golden office.

Belongs here: turning the registry and `tests/golden` into Markdown. Does not belong here: the other pages (`generate.py`).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from assets.measures.registry import DEFINITIONS_PATH, load_definitions
from docs.markdown import page, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.measures.registry import Definition

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
FAMILIES = {
    "outcome": "Outcome: how the revenue cycle does",
    "cost": "Outcome: cost and margin",
    "effort": "Effort: what the work takes",
    "durations": "Turnaround: how long things take",
    "coding": "Coding",
    "charge_entry": "Charge entry",
    "posting": "Payment posting",
    "denial_management": "Denial management",
    "patient_billing": "Patient billing",
    "production": "Output per hour, of which bands are made",
    "cross_role": "Across roles: fairness, friction, attainment",
}
METHODS = {
    "ratio": "numerators and denominators are each added up, then divided",
    "share": "numerators and denominators are each added up, then divided; the numerator is a part of the denominator",
    "duration": "Kaplan-Meier estimate with open cases kept in; computed anew for every group",
    "stock": "the state of one day; adds up over groups and never over days",
    "flag": "computed anew for every group; a reason to look, and never a verdict",
    "statistic": "computed anew for every group; parts of it do not add up",
    "reference": "somebody else's number with its source, shown beside and never blended",
}


def definitions(note: str) -> str:
    """Return the page of every definition in the registry, with an example worked out by hand where there is one."""
    families = {path.stem: load_definitions(path) for path in sorted(DEFINITIONS_PATH.glob("*.toml"))}
    order = [family for family in FAMILIES if family in families]
    order += [family for family in families if family not in FAMILIES]
    examples = _examples()
    parts = [
        note,
        "# Definitions",
        (
            "What every number means. A published number carries the id of one of these; variants of one metric stand side by "
            "side under ids of their own and are never blended. Where numbers add up, a value is the sum of the numerators over "
            "the sum of the denominators, and nothing where there is no denominator. A change of meaning raises the version."
        ),
        (
            "The worked examples come from the golden office: a handful of claims, touches and payments per subject, small enough "
            "to follow on paper. The tests hold the tables against these very numbers."
        ),
        "## By number of the catalogue",
        table(("Metric", "Definitions"), _by_number(families)),
    ]
    for family in order:
        title = FAMILIES.get(family, family.replace("_", " ").capitalize())
        parts += [
            f"## {title}",
            table(("Id", "Name", "Role"), [(_link(d), d.name, d.role) for d in families[family].values()]),
        ]
        for definition in families[family].values():
            parts += _entry(definition, examples.get(definition.id, []))
    return page(parts)


def anchor(heading: str) -> str:
    """Return the anchor under which the forge puts a heading."""
    return "".join(c for c in heading.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def _link(definition: Definition) -> str:
    return f"[{definition.id}](#{anchor(definition.id)})"


def _by_number(families: dict[str, dict[str, Definition]]) -> Iterator[tuple[str, str]]:
    found: dict[int, list[str]] = {}
    for family in families.values():
        for definition in family.values():
            for number in definition.catalogue:
                found.setdefault(number, []).append(_link(definition))
    for number, links in sorted(found.items()):
        yield str(number), ", ".join(links)


def _entry(entry: Definition, examples: list[str]) -> Iterator[str]:
    told = [
        ("Name", entry.name),
        ("Metric", ", ".join(str(number) for number in entry.catalogue)),
        ("Numerator", entry.numerator),
        ("Denominator", entry.denominator),
        ("Left out", entry.exclusions),
        ("Unit", entry.unit),
        ("Better is", entry.good),
        ("One number is about", entry.grain),
        ("Becomes a whole", METHODS[entry.method]),
        ("Computed in", f"[{entry.source}](tables.md#{anchor(entry.source)})"),
        ("Feeds", ", ".join(entry.feeds)),
        (
            "Parameters",
            ", ".join(f"[measures.{name}](configuration.md#measures)" for name in entry.parameters),
        ),
        ("Version", str(entry.version)),
    ]
    yield f"### {entry.id}"
    yield entry.meaning
    yield table(("", ""), [row for row in told if row[1]])
    yield from examples


def _examples() -> dict[str, list[str]]:
    """Return, per definition, its examples as quoted paragraphs: first those that come to a value."""
    rows: dict[str, list[dict[str, str]]] = {}
    for path in sorted(GOLDEN.glob("*/expected.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows.setdefault(row["definition_id"], []).append(row | {"room": path.parent.name})
    return {id_: [_example(row) for row in _telling(found)] for id_, found in rows.items()}


def _telling(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return at most two rows: the first with a value, and the first that shows why there is none."""
    with_value = [row for row in rows if row["value"] or row["numerator"]]
    without = [row for row in rows if not row["value"]]
    chosen = with_value[:1] + [row for row in without[:1] if row not in with_value[:1]]
    return chosen or rows[:1]


def _example(row: dict[str, str]) -> str:
    parts = [f"{name} {row[name]}" for name in ("numerator", "denominator", "value") if row[name]]
    told = "; ".join([*parts, *(pair.replace("=", " ") for pair in row["also"].split(";") if pair)])
    working = " ".join(row["working"].split()).replace("*", "\\*").replace("|", "\\|")
    return f"> **Worked out by hand** (room `{row['room']}`): {working}\n>\n> *{told or 'no number'}*"
