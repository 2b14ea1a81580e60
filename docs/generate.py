"""The pages that repeat what the code says: configuration, tables, definitions and the command line.

Belongs here: turning settings, contracts, models, suites, the registry and the command line into Markdown.
Does not belong here: the page of definitions (`measures.py`), and anything that a person has to write (of the pages in formats/
only the blocks of columns are written, `columns.py`). Run it as `python -m docs.generate`; same code, same bytes.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from assets.bands.versions import DOCS as BAND_DOCS
from assets.bands.versions import TABLES as BAND_TABLES
from assets.intake.contracts import TABLES
from assets.intake.pseudonyms import KEY_VARIABLE, SHORTEST_KEY
from assets.intake.sources import FOOTERS, Source
from assets.intake.tables import DOCS as INTAKE_DOCS
from assets.intake.tables import schemas
from assets.quality import load_suites
from assets.settings import Settings
from docs.columns import with_columns
from docs.markdown import page, table
from docs.measures import definitions
from pipelines.cli import app
from pipelines.definitions import REFERENCES, RESULT_COLUMNS, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).resolve().parent
NOTE = "<!-- Written by `python -m docs.generate` from the code; edits here are lost. -->"
STAGES = {
    "intake": "Files as typed rows, partitioned by the day of delivery. Nothing is corrected here.",
    "ledger": "Conformed facts: the life of a claim, a denial, a touch, a working day.",
    "measures": "Outcome and effort, each number by a definition of the registry.",
    "bands": "Calibrations, append-only.",
    "published": "What managers open. In `published.duckdb` and as Parquet these tables stand without the schema name.",
    "quality": "What was checked, and what came of it.",
}
SOURCE_KEYS = {
    "feed": "the feed that the files are; the names stand in the [data dictionary](tables.md#intake)",
    "pattern": "regular expression that is searched for in the file's name, any case; a group `(?P<date>...)` holds the date",
    "date_format": "strptime format of the group `date`; default `%Y%m%d`",
    "aliases": "header in your file = column of the contract",
    "formats": "column = strptime format, list of them, or a [keyword](formats/exports.md#formats-of-one-column)",
    "date_formats": "strptime formats of dates in all columns; without any, dates are ISO or month/day/year",
    "datetime_formats": "strptime formats of times in all columns",
    "required": "columns without which a record is rejected, beside the contract's own",
    "absent": "columns that the file never has: no flag for them",
    "constants": "column = value, for columns that the file does not have",
    "values": "tables of words, one per column: word of your file = word of the contract; case does not matter, other words stay",
    "ignore": "headers that nobody wants: no flag for them",
    "mode": "`increment` (new and changed rows) or `snapshot` (the full state, which replaces the one before)",
    "delimiter": "one character; found in the file when not given",
    "sheet": "sheet of a workbook; found when not given",
    "footer": f"beginnings of lines that are no records; default: {', '.join(FOOTERS)}",
    "tracker": "what is known of a source of [activity](formats/activity.md): its name, intervals, classes of sites, tasks",
    "skip_where": "column or header = regular expression: records whose cell matches are counted and not read",
}


def configuration() -> str:
    """Return the page of every key of the configuration."""
    parts = [
        NOTE,
        "# Configuration",
        (
            "One file, `rcmbench.toml`, is looked for in the working folder, beside the inbox, and in the home; `--config` or "
            "`RCMBENCH_CONFIG` names another. Every key has a default, so an empty file, or none, works. An environment "
            "variable wins over the file, `--home` and `--inbox` win over both. An unknown key is an error that names the "
            "key. Relative folders in the file are relative to the file."
        ),
        "## Top level",
        *_section(Settings, "", ""),
    ]
    for name, section in Settings.model_fields.items():
        model = section.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            parts += [f"## [{name}]", model.__doc__ or "", *_section(model, f"{name}.", f"{name.upper()}__")]
    if set(SOURCE_KEYS) != {field.name for field in fields(Source)}:
        raise ValueError("SOURCE_KEYS and the fields of Source differ: describe the new ones here")
    rows = [
        (f"`{key}`", "yes" if key in {"feed", "pattern"} else "", text) for key, text in SOURCE_KEYS.items()
    ]
    parts += [
        "## [[sources]]",
        "How your exports are named and headed; [bring your own data](bring-your-own-data.md#your-own-headers) has an example.",
        table(("Key", "Required", "Meaning"), rows),
        "## Environment variables that are no keys",
        table(
            ("Variable", "Meaning"),
            [
                ("`RCMBENCH_CONFIG`", "the configuration file"),
                (
                    f"`{KEY_VARIABLE}`",
                    f"the pseudonym key, at least {SHORTEST_KEY} characters, in place of the key file",
                ),
            ],
        ),
    ]
    return page(parts)


def _section(model: type[BaseModel], prefix: str, variable: str) -> list[str]:
    rows = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            continue
        default = "" if field.default is PydanticUndefined else _value(field.default)
        limits = ", ".join(_limit(rule) for rule in field.metadata if _limit(rule))
        meaning = (field.description or "") + (f" ({limits})" if limits else "")
        rows.append((f"`{prefix}{name}`", f"`{default}`", meaning, f"`RCMBENCH_{variable}{name.upper()}`"))
    return [table(("Key", "Default", "Meaning", "Environment variable"), rows)]


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str | Path) else str(value)


def _limit(rule: object) -> str:
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return " and ".join(
        f"{text} {getattr(rule, name)}" for name, text in words.items() if hasattr(rule, name)
    )


def tables() -> str:
    """Return the data dictionary: every table by stage."""
    parts = [
        NOTE,
        "# Data dictionary",
        (
            "Every table by stage, in the order in which the data flows. *Keeps out* means: a slice of which this does not "
            "hold is not let in, and what stood before still stands. *Warns* means: it is let in and reported."
        ),
    ]
    found = {entry[0]: entry for entry in _tables()}
    for stage, text in STAGES.items():
        names = [name for name in found if name.split(".")[0] == stage]
        parts += [
            f"## {stage}",
            text,
            ", ".join(f"[{n.split('.')[1]}](#{n.replace('.', '')})" for n in names),
        ]
        for name in names:
            parts += _dictionary(*found[name])
    return page(parts)


Described = dict[str, tuple[str, str]]
"""Column name -> (type, description)."""


def _tables() -> Iterator[tuple[str, str, str, Described]]:
    """Yield (table, what a row is, what else there is to say, columns)."""
    for name, columns in schemas().items():
        contract = TABLES.get(name.split(".")[1])
        said = f"Feed `{contract.feed}`. Key of the fact: {', '.join(contract.key)}." if contract else ""
        required = {c.name for c in contract.columns if c.required} if contract else set()
        hidden = {c.name for c in contract.columns if c.hide} if contract else set()
        notes = {n: [*["required"] * (n in required), *["pseudonym"] * (n in hidden)] for n in columns}
        described = {
            n: (kind, f"{doc} ({', '.join(notes[n])})" if notes[n] else doc)
            for n, (kind, doc) in columns.items()
        }
        yield name, INTAKE_DOCS[name], said, described
    models, known = catalogue()
    for name, model in models.items():
        sliced = {"all": "Built whole.", "key": f"Sliced by the key {model.slice_column}."}
        said = f"Grain: {', '.join(model.grain)}. {sliced.get(model.slice_kind, f'Sliced by the day {model.slice_column}.')}"
        yield name, model.doc, said, {n: (known[name][n], doc) for n, doc in model.columns.items()}
    for reference in REFERENCES:
        yield reference.table, reference.doc, f"Grain: {', '.join(reference.key)}.", dict(reference.columns)
    for name, columns in BAND_TABLES.items():
        yield name, BAND_DOCS[name], "", columns
    results = {name: (kind, "") for name, kind in RESULT_COLUMNS.items()}
    yield "quality.results", "One row per expectation, slice and evaluation; append-only.", "", results


def _dictionary(name: str, doc: str, said: str, columns: Described) -> list[str]:
    described = any(text for _, text in columns.values())
    rows = [(f"`{n}`", kind, text) if described else (f"`{n}`", kind) for n, (kind, text) in columns.items()]
    parts = [
        f"### {name}",
        f"{doc} {said}".strip(),
        table(("Column", "Type", "Meaning")[: 2 + described], rows),
    ]
    suite = load_suites().get(name)
    if suite and suite.expectations:
        held = [(f"`{e.name}`", "keeps out" if e.blocking else "warns", e.why) for e in suite.expectations]
        parts.append(table(("Expectation", "Otherwise", "Why"), held))
    return parts


def command_line() -> str:
    """Return the page of every command and option."""
    group: Any = typer.main.get_command(app)
    parts = [NOTE, "# Command line", group.help, group.epilog]
    for name, command in _commands(group):
        usage = " ".join(
            ["rcmbench", name, *(p.name.upper() + " ..." for p in command.params if _positional(p))]
        )
        parts += [f"## rcmbench {name}", command.help, f"```console\n{usage} [OPTIONS]\n```"]
        rows = [(_option(p), _default(p), p.help or "") for p in command.params]
        parts.append(table(("Option", "Default", "Meaning"), rows))
    return page(parts)


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command with its whole name; those of a group stand one by one."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _positional(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _option(parameter: Any) -> str:
    if _positional(parameter):
        return f"`{parameter.name.upper()}`"
    kind = "" if parameter.is_flag else f" {parameter.type.name.split()[0].upper()}"
    return f"`{', '.join(parameter.opts)}{kind}`" + (" (required)" if parameter.required else "")


def _default(parameter: Any) -> str:
    return (
        ""
        if parameter.default is None or parameter.required or parameter.default is False
        else f"`{parameter.default}`"
    )


PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": configuration,
    "tables.md": tables,
    "definitions.md": partial(definitions, NOTE),
    "command-line.md": command_line,
} | {
    f"formats/{path.name}": partial(with_columns, path) for path in sorted((FOLDER / "formats").glob("*.md"))
}


def main() -> None:
    """Write the pages that changed."""
    for name, render in PAGES.items():
        path, text = FOLDER / name, render()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote docs/{name}\n")


if __name__ == "__main__":
    main()
