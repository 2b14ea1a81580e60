"""Care beside cost: the skimping guard, services per member, and quality as the contracts define it; one is never read without the other.

Belongs here: that section of the page of payment models. Does not belong here: money and utilisation (`payment_models.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Badge, Fold, Named, Plain, Section, Table, Text
from assets.report.contracts import NOTHING, best_of, contracts_of, figure_of, model_name, order

if TYPE_CHECKING:
    from assets.report.figures import Figure, Registry

Row = dict[str, Any]
GUARD, SERVICES = "skimping_guard.services_and_quality", "services_per_member_month.completed"
QUALITY = (
    "contract_quality.quality",
    "contract_quality.evidence_based_practice",
    "contract_quality.satisfaction",
)


def guard_section(rows: list[Row], registry: Registry) -> Section:
    """Return the skimping guard beside services and quality: one is never read without the other."""
    title = "Care beside cost"
    text = (
        "Where a panel is paid per head, fewer services cost less. The guard is raised when services of a quarter fall while a measure of the contract "
        "stands below its floor. It is a question and no finding."
    )
    names = (GUARD, SERVICES, *QUALITY)
    contracts = contracts_of(rows, names)
    if not contracts:
        return Section("guard", title, (Text(text), Text(NOTHING)))
    told = tuple(
        (Plain(contract[0], model_name(contract[1])), _flag(best_of(rows, GUARD, contract), registry),
         figure_of(best_of(rows, SERVICES, contract), registry), *(_count_of(rows, name, contract) for name in QUALITY[:1]))
        for contract in contracts
    )  # fmt: skip
    heads = ("Contract", "Guard", registry[SERVICES].name, "Quality measures shown")
    return Section(
        "guard", title,
        (Text(text), Table("The guard beside services and quality", heads, told), _definition_links(registry), *_quality(rows, registry)),
    )  # fmt: skip


def _definition_links(registry: Registry) -> Fold:
    named = tuple((Named(registry[name]), registry[name].direction) for name in (GUARD, SERVICES, *QUALITY))
    return Fold("What these are", (Table("What the guard rests on", ("Measure", "Which way is better"), named),))  # fmt: skip


def _flag(row: Row | None, registry: Registry) -> Badge | Figure | str:
    if row is None:
        return "\N{EN DASH}"
    if row["value"] is None:
        return registry.figure(row)
    period = words.period(row["period_kind"], row["period"])
    return Badge("Raised", "look", period) if row["value"] else Badge("Not raised", "fine", period)


def _count_of(rows: list[Row], name: str, contract: tuple[str, str]) -> str:
    mine = [
        row for row in rows if row["definition_id"] == name and (row["contract_id"], row["model"]) == contract
    ]
    measures = {row["measure"] for row in mine}
    shown = {row["measure"] for row in mine if row["value"] is not None}
    return f"{len(shown)} of {len(measures)}" if measures else "none came"


def _quality(rows: list[Row], registry: Registry) -> tuple[Any, ...]:
    shown: list[tuple[Any, ...]] = []
    others: list[tuple[Any, ...]] = []
    for name in QUALITY:
        family = name.partition(".")[2].replace("_", " ")
        mine = sorted(
            (row for row in rows if row["definition_id"] == name),
            key=lambda row: (*order(row), row["measure"]),
        )
        for contract, model, measure in dict.fromkeys(
            (row["contract_id"], row["model"], row["measure"]) for row in mine
        ):
            best = best_of([row for row in mine if row["measure"] == measure], name, (contract, model))
            told = (Plain(measure, family), Plain(contract, model_name(model)), figure_of(best, registry))
            (shown if best and best["value"] is not None else others).append(told)
    if not shown and not others:
        return (Text("No contract has told results of its quality measures."),)
    heads = ("Measure", "Contract", "Result")
    table = Table(
        "Quality as the contracts define it, newest period with a number",
        heads,
        tuple(shown),
        "No result can be shown.",
    )
    summary = f"{words.plural(len(others), 'result')} not shown, and why"
    fold = Fold(summary, (Table("Results that are not shown", heads, tuple(others)),))
    return (table, *((fold,) if others else ()))
