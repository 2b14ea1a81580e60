"""Contracts as the pages show them: their names and models, their newest numbers, and tables with contracts down and measures across.

Belongs here: choosing rows of `payment_models` and laying them out. Does not belong here: what is said about them (`payment_models.py`,
`care.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Plain, Table

if TYPE_CHECKING:
    from assets.report.figures import Figure, Registry

Row = dict[str, Any]
MODELS = {"fee_for_service": "Fee-for-service", "value_based": "Value-based", "capitation": "Capitation"}
NOTHING = "Nothing is published of payment models yet. It takes the feeds of contracts, members and payments, and panels of eleven or more."


def model_name(model: str) -> str:
    """Return a payment model in words: a chassis and the layer on top of it stand beside each other."""
    parts = [MODELS.get(part, part.replace("_", " ")) for part in model.split("+")]
    return " + ".join([parts[0], *(part.lower() for part in parts[1:])])


def order(row: Row) -> tuple[Any, ...]:
    """Return the place of a contract: by the first layer of its model, then by name."""
    first = row["model"].partition("+")[0]
    return (list(MODELS).index(first) if first in MODELS else len(MODELS), row["model"], row["contract_id"])


def contracts_of(rows: list[Row], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the contracts of some definitions with their models, fee-for-service first."""
    mine = [row for row in rows if row["definition_id"] in names and row["contract_id"] != "all"]
    return list(dict.fromkeys((row["contract_id"], row["model"]) for row in sorted(mine, key=order)))


def best_of(rows: list[Row], name: str, contract: tuple[str, str]) -> Row | None:
    """Return the newest row of a contract that shows a number, else the newest."""
    mine = [
        row for row in rows if row["definition_id"] == name and (row["contract_id"], row["model"]) == contract
    ]
    return max(mine, key=lambda row: (row["value"] is not None, row["period"]), default=None)


def figure_of(row: Row | None, registry: Registry) -> Figure | str:
    """Return the figure of a row with its period and what has to be known to read it; a dash without a row."""
    if row is None:
        return "\N{EN DASH}"
    figure = registry.figure(row)
    notes = (figure.n, figure.window, row["note"] or "")
    return replace(figure, n="; ".join(note for note in notes if note)) if figure.text else figure


def contract_table(caption: str, names: tuple[str, ...], rows: list[Row], registry: Registry) -> Table:
    """Return contracts down and measures across; measures of which no row is published are left out."""
    known = tuple(name for name in names if any(row["definition_id"] == name for row in rows))
    contracts = contracts_of(rows, known)
    whole = [("all", "all")] if any(best_of(rows, name, ("all", "all")) for name in known) else []
    told = tuple(
        (Plain("All contracts" if contract == ("all", "all") else contract[0], "" if contract == ("all", "all") else model_name(contract[1])),
         *(figure_of(best_of(rows, name, contract), registry) for name in known))
        for contract in [*contracts, *whole]
    )  # fmt: skip
    heads = tuple(_short(registry[name].name) for name in known)
    return Table(caption, ("Contract", *heads), told, "Nothing of this is published.")


def _short(name: str) -> str:
    """Return the name for the head of a column: what the caption says already is left out."""
    return words.sentence(name.replace(" per member and month", "").replace("Missed billing: ", "Missed: "))
