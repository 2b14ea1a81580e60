"""`rcmbench whatif`: what adding a clinician or a service line would do to cash, from a plan in a file.

Belongs here: the arguments, and how a result looks in 80 columns or as JSON. Does not belong here: the plan
(`assets/practice/scenario.py`) and the computation (`assets/practice/payback.py`).
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.options import JsonOption  # noqa: TC001 - typer reads the annotation

if TYPE_CHECKING:
    from rich.table import Table

    from assets.practice.payback import Month, Projection, Swing
    from assets.practice.scenario import Scenario

whatif_app = typer.Typer(
    help="Compute a plan before it is decided.", no_args_is_help=True, add_completion=False
)
_EVERY_MONTH_UNTIL, _THEN_EVERY = 12, 6
_WIDTH = 80


@whatif_app.callback()
def _whatif() -> None:
    """Compute a plan before it is decided."""


@whatif_app.command("provider")
def provider(
    file: Annotated[Path, typer.Argument(help="The plan, a TOML file; rcmbench whatif example shows one.")],
    as_json: JsonOption = False,
) -> None:
    """Tell breakeven, payback and the largest hole in cash of a new clinician or service line."""
    from assets.practice.payback import project, tornado  # noqa: PLC0415 - a quick command line
    from assets.practice.scenario import read_scenario  # noqa: PLC0415

    plan = read_scenario(file)
    result, swings = project(plan), tornado(plan)
    if as_json:
        typer.echo(json.dumps(as_data(plan, result, swings), indent=2))
    else:
        _show(plan, result, swings)


@whatif_app.command("example")
def example(
    out: Annotated[
        Path | None, typer.Option(help="Write the example to this new file instead of printing it.")
    ] = None,
) -> None:
    """Print a plan with a comment on every key, to start from."""
    from assets.practice.scenario import EXAMPLE_PATH, ScenarioError  # noqa: PLC0415

    text = EXAMPLE_PATH.read_text(encoding="utf-8")
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise ScenarioError(f"{out}: is there already; choose another name") from error
    typer.echo(f"{out}: an example was written; change its numbers, then: rcmbench whatif provider {out}")


def as_data(plan: Scenario, result: Projection, swings: list[Swing]) -> dict[str, Any]:
    """Return the result for a script: amounts in USD, visits in visits, months counted from the opening."""
    return {
        "name": plan.name,
        "kind": plan.kind,
        "opens": plan.opens.isoformat(),
        **_answers(result),
        "contribution_per_visit": float(result.contribution),
        "room_limit_visits": float(result.room_limit),
        "remarks": list(result.remarks),
        "months": [
            {
                name: float(value)
                if isinstance(value, Decimal)
                else value
                if isinstance(value, int)
                else str(value)
                for name, value in vars(month).items()
            }
            for month in result.months
        ],
        "sensitivity": [
            {
                "input": s.key,
                "low": {"value": float(s.low), **_answers(s.at_low)},
                "high": {"value": float(s.high), **_answers(s.at_high)},
            }
            for s in swings
        ],
    }


def _answers(result: Projection) -> dict[str, Any]:
    return {
        "breakeven_visits_month": None if result.breakeven is None else float(result.breakeven),
        "breakeven_visits_day": None if result.breakeven_day is None else float(result.breakeven_day),
        "payback_month": result.payback,
        "largest_hole": float(result.hole),
        "largest_hole_month": result.hole_month,
        "cash_at_the_end": float(result.final),
    }


def _show(plan: Scenario, result: Projection, swings: list[Swing]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    # Names may hold brackets, which are no markup.
    console = Console(highlight=False, markup=False, width=_WIDTH)
    console.print(Text(plan.name, style="bold"))
    console.print(f"{plan.kind.replace('_', ' ')}, opens {plan.opens}, {plan.horizon_months} months ahead\n")
    for label, text in _lines(plan, result):
        console.print(f"{label:<18}{text}")
    for remark in result.remarks:
        console.print(f"{'Note':<18}{remark}")
    console.print(_months_table(result))
    if swings:
        console.print("One input at a time, everything else as planned:")
        console.print(_swings_table(swings))
    else:
        console.print("Add a [sensitivity] section to see which input moves the result most.")


def _lines(plan: Scenario, result: Projection) -> list[tuple[str, str]]:
    by_number = {month.number: month for month in result.months}
    if result.breakeven is None or result.breakeven_day is None:
        breakeven = "no number of visits breaks even"
    else:
        breakeven = f"{result.breakeven:,.1f} visits a month, {result.breakeven_day:,.1f} a working day"
    payback = (
        f"not within {plan.horizon_months} months"
        if result.payback is None
        else f"month {result.payback} ({by_number[result.payback].begins_on:%Y-%m})"
    )
    hole = (
        "none"
        if result.hole_month is None
        else f"{_usd(result.hole)} at the end of month {result.hole_month} ({by_number[result.hole_month].begins_on:%Y-%m})"
    )
    more, less = ("brings", "costs") if result.contribution >= 0 else ("costs", "brings")
    one = f"{more} {abs(result.contribution):,.2f} USD more than it {less}"
    return [
        ("Breakeven", breakeven),
        ("Payback", payback),
        ("Largest hole", hole),
        ("Cash at the end", f"{_usd(result.final)} after {plan.horizon_months} months"),
        ("One visit", one),
        ("Rooms allow", f"{result.room_limit:,.1f} completed visits a month"),
    ]


def _months_table(result: Projection) -> Table:
    table = _table("Month", "Begins", "Visits", "Collected", "Costs", "Cash", "Cumulative", left=2)
    for month in result.months:
        if _is_shown(month, result):
            costs = month.fixed + month.variable + month.start_up
            amounts = (month.visits, month.collected, costs, month.cash, month.cumulative)
            table.add_row(
                str(month.number), f"{month.begins_on:%Y-%m}", *(f"{amount:,.0f}" for amount in amounts)
            )
    return table


def _is_shown(month: Month, result: Projection) -> bool:
    return (
        month.number <= _EVERY_MONTH_UNTIL
        or month.number % _THEN_EVERY == 0
        or month.number in {result.payback, result.hole_month, result.months[-1].number}
    )


def _swings_table(swings: list[Swing]) -> Table:
    table = _table("Input", "Low", "High", "Cash at low", "Cash at high", "Payback", left=1)
    for swing in swings:
        paid = " / ".join(str(at.payback or "-") for at in (swing.at_low, swing.at_high))
        cash = (f"{swing.at_low.final:,.0f}", f"{swing.at_high.final:,.0f}")
        # Words wrap where a key of the file would be cut.
        words = swing.key.removeprefix("payers.").replace(".", ": ").replace("_", " ")
        table.add_row(words, f"{swing.low:,f}", f"{swing.high:,f}", *cash, paid)
    return table


def _table(*heads: str, left: int) -> Table:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, head in enumerate(heads):
        is_text = number < left
        table.add_column(head, justify="left" if is_text else "right", overflow="fold", no_wrap=not is_text)
    return table


def _usd(amount: Decimal) -> str:
    return f"{amount:,.0f} USD"
