"""The page of definitions: what every number means, what is counted over what, and an example worked out by hand.

Belongs here: the page. Does not belong here: the texts, which are published from the registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Entry, Page, Section, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assets.report.figures import Registry
    from assets.report.read import Published

METHODS = {
    "ratio": "Numerators and denominators are each added up, then divided.",
    "share": "Numerators and denominators are each added up, then divided; the numerator is a part of the denominator.",
    "duration": "Estimated with open cases kept in (Kaplan-Meier); computed anew for every group.",
    "stock": "The state of one day; adds up over groups and never over days.",
    "flag": "Computed anew for every group; a reason to look, and never a verdict.",
    "statistic": "Computed anew for every group; its parts do not add up.",
    "reference": "Somebody else's number with its source, shown beside and never blended.",
}


def definitions_page(
    published: Published, registry: Registry, examples: Mapping[str, tuple[str, ...]]
) -> Page:
    """Return the page of definitions, by the first letter of their names' first word."""
    rows = sorted(
        published.rows("definitions"), key=lambda row: (_family(row), row["name"], row["definition_id"])
    )
    families: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        families.setdefault(_family(row), []).append(row)
    sections = tuple(
        Section(
            f"role-{role}",
            "All roles and the office" if role == "all" else words.role(role),
            tuple(_entry(row, registry, examples.get(row["definition_id"], ())) for row in found),
        )
        for role, found in sorted(
            families.items(), key=lambda item: (item[0] != "all", words.role_order(item[0]))
        )
    )
    empty = (Section("none", "No definitions", (Text("No definitions are published."),)),)
    return Page(
        "definitions.html",
        "Definitions",
        "What every number means. Variants of one measure stand side by side under names of their own and are never blended.",
        sections or empty,
    )


def _family(row: Mapping[str, Any]) -> str:
    return str(row["role"])


def _entry(row: Mapping[str, Any], registry: Registry, examples: tuple[str, ...]) -> Entry:
    definition = registry[row["definition_id"]]
    facts = [
        ("Numerator", row["numerator"]),
        ("Denominator", row["denominator"]),
        ("Left out", row["exclusions"]),
        ("Unit", f"{words.unit_name(row['unit'])}; {definition.direction}"),
        ("How parts become a whole", METHODS.get(row["method"], row["method"])),
        ("One number is about", row["grain"]),
        ("Needs the feeds", row["feeds"]),
        ("Rests on the settings", row["parameters"]),
        ("Number in the catalogue", row["catalogue"]),
        ("Version of the definition", row["version"]),
        ("At this office", "available" if row["availability"] == "available" else row["availability"]),
    ]
    return Entry(
        definition, row["meaning"] or "", tuple((name, str(told)) for name, told in facts if told), examples
    )
