"""How versions of the bands look in the terminal: readable in 80 columns.

Belongs here: tables and lines for `rcmbench bands`, and the questions behind them. Does not belong here: the bands of `rcmbench run`
(`show.py`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from assets.bands.decisions import in_force
from assets.bands.difference import PARTS
from assets.bands.stored import DECISION_COLUMNS, LIMITS
from assets.bands.voice import proposals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    from rich.console import RenderableType

    from assets.bands.voice import Proposal
    from pipelines.bands_replay import Replayed

_HEADS = {"change": "All", "season": "Seas.", "mix": "Mix", "ramp": "Ramp", "quality": "Gate", "people": "Staff", "pace": "Pace",
          "rest": "Rest", "guardrail": "Held"}  # fmt: skip


def versions_of(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return every version, newest first, with the roles for which it is in force, those that it holds and those that wait."""
    rows = connection.execute(
        "select version_id, as_of, window_from, has_prior_year, status, gate, known_at from bands.versions "
        "order by as_of desc, known_at desc, version_id desc"
    ).fetchall()
    now = in_force(connection)
    held = connection.execute(
        "select version_id, role from bands.decisions qualify decision in ('held', 'rejected') and row_number() over "
        "(partition by version_id, role order by decision_no desc) = 1 order by role"
    ).fetchall()
    waiting = proposals(connection)
    return [
        {
            "version": version, "as_of": as_of, "window_from": first, "prior_year": prior, "status": status, "gate": gate,
            "in_force": sorted(role for role, (name, _, _) in now.items() if name == version),
            "held": [role for name, role in held if name == version], "known_at": known_at,
            "proposed": [told_of(p) for p in waiting if p.version_id == version],
        }
        for version, as_of, first, prior, status, gate, known_at in rows
    ]  # fmt: skip


def told_of(found: Proposal) -> dict[str, Any]:
    """Return a proposal as plain values."""
    return {
        "role": found.role, "meets": found.meets, "feedback_until": found.until, "comments": found.comments,
        "disputes": found.disputes, "approvals": found.approvals,
    }  # fmt: skip


def version_of(
    connection: duckdb.DuckDBPyConnection, version_id: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a version's row, with what went on in logged friction per system, and the decisions on it."""
    head = connection.execute("select * from bands.versions where version_id = ?", [version_id]).pl()
    decisions = connection.execute(
        f"select {', '.join(DECISION_COLUMNS)} from bands.decisions where version_id = ? order by decision_no",
        [version_id],
    ).pl()
    return head.row(0, named=True) | {"friction": _friction_of(connection, version_id)}, decisions.to_dicts()


def _friction_of(connection: duckdb.DuckDBPyConnection, version_id: str) -> list[dict[str, Any]]:
    """Return per system of which anything can be said: the share of the usual pace in logged friction, and what counts of it."""
    return (
        connection.execute(
            "select split_part(subject, 'system_id=', 2) as system_id, "
            "max(value) filter (where name = 'share') as share, max(value) filter (where name = 'low') as low, "
            "max(value) filter (where name = 'high') as high, max(value) filter (where name = 'counted') as counted "
            "from bands.findings where version_id = ? and finding = 'friction' group by subject order by subject",
            [version_id],
        )
        .pl()
        .to_dicts()
    )


def chosen(frame: pl.DataFrame, role: str | None, complexity: str | None, stage: str | None) -> pl.DataFrame:
    """Return the rows of a role, complexity and stage; without a stage, those of seniors; 'all' is every stage."""
    if role:
        frame = frame.filter(pl.col("role") == role)
    if complexity:
        frame = frame.filter(pl.col("complexity") == complexity)
    if stage == "all":
        return frame
    return (
        frame.filter(pl.col("stage") == stage) if stage else frame.filter(pl.col("stage").str.ends_with("+"))
    )


def versions_table(rows: list[dict[str, Any]]) -> Table:
    """Return the versions as a table."""
    table = _table("Versions, newest first")
    for name in ("Version", "As of", "Prior year", "Status"):
        table.add_column(name, no_wrap=True)
    table.add_column("In force for", overflow="fold")
    for row in rows:
        told = ", ".join(row["in_force"]) or "\N{EN DASH}"
        held = f"; held: {', '.join(row['held'])}" if row["held"] else ""
        gate = f"; inputs: {row['gate']}" if row["gate"] else ""
        gate += "".join(f"; {text}" for text in _proposed(row["proposed"]))
        prior = "yes" if row["prior_year"] else "no"
        table.add_row(row["version"], str(row["as_of"]), prior, row["status"], f"{told}{held}{gate}")
    return table


def _proposed(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what waits, by the last day of feedback: the roles, and how often something was said of any of them."""
    for until in sorted({row["feedback_until"] for row in rows}):
        mine = [row for row in rows if row["feedback_until"] == until]
        comments, disputes = (sum(row[name] for row in mine) for name in ("comments", "disputes"))
        roles = ", ".join(row["role"] for row in mine)
        yield f"feedback until {until}: {roles} ({comments} comments, {disputes} disputes)"


def version_lines(  # noqa: PLR0913, PLR0917 - what a version is made of, in the order in which it is said
    head: dict[str, Any],
    decisions: list[dict[str, Any]],
    bands: pl.DataFrame,
    beside: pl.DataFrame,
    width: int,
    waiting: Sequence[str] = (),
) -> Iterator[RenderableType]:
    """Yield what `rcmbench bands show` prints; `waiting` says of proposed roles how feedback stands."""
    prior = "with a prior year" if head["has_prior_year"] else "without a prior year: the season is unknown"
    yield f"Version {head['version_id']} as of {head['as_of']}: window {head['window_from']} to {head['window_to']}, {prior}."
    if head["gate"]:
        yield f"Its inputs: {head['gate']}."
    for found in (one for one in head["friction"] if one["counted"]):
        yield (
            f"On {found['system_id']} work went on at {found['share']:.0%} of the usual pace in minutes logged as friction "
            f"({found['low']:.0%} to {found['high']:.0%}): that share of them counts as hours."
        )
    roles = set(bands["role"].to_list())
    yield cells_table(decided(bands, decisions), width)
    for name in beside["definition_id"].unique(maintain_order=True).to_list():
        part = beside.filter(pl.col("definition_id") == name)
        better = "less" if part["good"][0] == "down" else "more"
        yield f"Beside output: {name}, {part['unit'][0]}; {better} is better."
        yield cells_table(decided(part, decisions), width)
    for row in (row for row in decisions if row["role"] in roles):
        since = f" from {row['effective_from']}" if row["decision"] == "adopted" else ""
        yield f"{row['role']}: {row['decision']}{since} by {row['decided_by']}: {row['reason']}"
    yield from waiting
    yield Text(
        f"Observations {str(head['input_hash'])[:16]}, code {head['code_hash']}, parameters {head['config_hash']}",
        style="dim",
    )


def decided(bands: pl.DataFrame, decisions: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the bands with the status that the last decision on their role gives them."""
    last = {row["role"]: row for row in decisions}
    rows = bands.to_dicts()
    for row in rows:
        found = last.get(row["role"])
        if (
            found is None
            or row["status"] not in {"proposed", "provisional"}
            or found["decision"] == "proposed"
        ):
            continue
        if found["decision"] != "adopted" or row["status"] == "proposed" or found["includes_provisional"]:
            row["status"] = found["decision"]
    return pl.DataFrame(rows, schema=bands.schema)


def cells_table(bands: pl.DataFrame, width: int) -> Table:
    """Return bands of any stages as a table: value and interval, status, and what kept a value near the old one."""
    gap = " " if width >= 100 else "\n"
    table = _table("")
    table.add_column("Role", overflow="fold")
    table.add_column("Work", no_wrap=True)
    for name in LIMITS:
        table.add_column(name.capitalize(), justify="right")
    table.add_column("Status", overflow="fold")
    last = ""
    for row in bands.iter_rows(named=True):
        role, last = (row["role"] if row["role"] != last else ""), row["role"]
        work = Text.assemble(row["complexity"], (f"{gap}{row['stage']} d", "dim"))
        status = row["status"] + (f": {row['reasons']}" if row["reasons"] else "")
        # The note on holding is long; the full one stands in --json.
        status += "; held near the one before" if row["is_capped"] else ""
        table.add_row(role, work, *(_value(row, name, gap) for name in LIMITS), status)
    return table


def _value(row: dict[str, Any], name: str, gap: str) -> Text:
    if row[name] is None:
        return Text("\N{EN DASH}")
    if row[f"{name}_low"] is None:
        return Text(_three(row[name]))
    limits = f"[{_three(row[f'{name}_low'])}\N{EN DASH}{_three(row[f'{name}_high'])}]"
    return Text.assemble(f"{_three(row[name])}{gap}", (limits, "dim"))


def _three(value: float) -> str:
    return f"{value:#.3g}".rstrip(".")


def difference_lines(told: pl.DataFrame, before: str, after: str) -> Iterator[RenderableType]:
    """Yield what made the bands change, in percent, a table per role."""
    yield f"Acceptable bands, {before} to {after}. Changes in percent; the parts multiply to all."
    names = ["change", *PARTS, "rest", "guardrail"]
    several = told["stage"].n_unique() > 1
    for (role,), rows in told.group_by("role", maintain_order=True):
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), title=str(role), title_justify="left")
        table.add_column("", no_wrap=True, min_width=14 if several else 7)
        for head in ("Was", "Now", *(_HEADS[name] for name in names)):
            table.add_column(head, justify="right", no_wrap=True, min_width=5)
        for row in rows.iter_rows(named=True):
            work = f"{row['complexity']} {row['stage']}" if several else row["complexity"]
            table.add_row(
                work, _three(row["before"]), _three(row["after"]), *(_percent(row[n]) for n in names)
            )
        yield table
    yield Text(
        "Seas.: season and weekday. Mix: shares of complexities. Ramp: new people's share of full speed. Gate: quality. Staff: who "
        "joined or left. Pace: of those who stayed. Rest: what the parts leave. Held: by the guardrail.",
        style="dim",
    )


def _percent(change: float | None) -> str:
    if change is None:
        return "\N{EN DASH}"
    text = f"{math.expm1(change) * 100:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text


def replay_lines(done: Replayed, width: int) -> Iterator[RenderableType]:
    """Yield what `rcmbench bands replay` prints."""
    yield f"As of {done.as_of}, from what had been delivered by {done.known}; nothing was stored."
    for step, reason in done.failures.items():
        yield f"failed {step}: {reason}"
    yield cells_table(chosen(done.bands, None, None, None), width)
    if done.same_version_as:
        yield f"This is version {done.same_version_as}."
    elif done.same_input_as:
        yield f"The observations are those of {', '.join(done.same_input_as)}; what it was compared with, or the code, is not."
    else:
        yield "No stored version rests on these observations."


def _table(title: str) -> Table:
    return Table(
        box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title=title or None, title_justify="left"
    )
