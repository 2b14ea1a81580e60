"""The registry as tables, so that whoever opens the data finds the definitions beside the numbers.

Belongs here: the tables `measures.definitions` and `measures.definition_feeds`. Does not belong here: the registry itself
(`registry.py`), or which definitions an office can have (`sql/measures/availability.sql`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from assets.measures.registry import in_plain_words, load_definitions
from assets.measures.scenarios import SCENARIOS
from assets.reference import Reference

if TYPE_CHECKING:
    from assets.settings import Settings

COLUMNS: dict[str, tuple[str, str]] = {
    "definition_id": ("VARCHAR", "identifier that every number carries"),
    "catalogue": ("VARCHAR", "numbers of the metrics in the catalogue that it answers"),
    "name": ("VARCHAR", "name of the measure"),
    "meaning": ("VARCHAR", "what it says, in plain words"),
    "role": ("VARCHAR", "whose measure it is"),
    "numerator": ("VARCHAR", "what is counted"),
    "denominator": ("VARCHAR", "over what"),
    "exclusions": ("VARCHAR", "what is left out"),
    "method": (
        "VARCHAR",
        "how parts become a whole: ratio, share, duration, stock, flag, statistic or reference",
    ),
    "parameters": ("VARCHAR", "keys of the [measures] configuration on which it rests"),
    "unit": ("VARCHAR", "unit of the value"),
    "good": ("VARCHAR", "up, down or context: which direction is better"),
    "grain": ("VARCHAR", "what one number is about"),
    "source": ("VARCHAR", "table that holds it"),
    "feeds": ("VARCHAR", "feeds that it needs"),
    "version": ("VARCHAR", "version of the definition"),
}
FEED_COLUMNS: dict[str, tuple[str, str]] = {
    "definition_id": ("VARCHAR", "identifier that every number carries"),
    "feed": ("VARCHAR", "table of intake that must hold rows for it"),
    "words": ("VARCHAR", "what that is, in plain words"),
}


def _rows(_settings: Settings) -> pl.DataFrame:
    rows = [
        {
            "definition_id": d.id,
            **{name: _text(getattr(d, name)) for name in COLUMNS if name != "definition_id"},
        }
        for d in load_definitions().values()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _feed_rows(_settings: Settings) -> pl.DataFrame:
    rows = [
        {"definition_id": d.id, "feed": feed, "words": in_plain_words(feed)}
        for d in load_definitions().values()
        for feed in d.feeds
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(FEED_COLUMNS, pl.String))


def _text(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


DEFINITIONS = Reference(
    table="measures.definitions",
    doc="One row per definition: what a measure counts, over what, and where the formula comes from.",
    columns=COLUMNS,
    key=("definition_id",),
    rows=_rows,
)
DEFINITION_FEEDS = Reference(
    table="measures.definition_feeds",
    doc="One row per definition and feed without which its number cannot exist.",
    columns=FEED_COLUMNS,
    key=("definition_id", "feed"),
    rows=_feed_rows,
)
REFERENCES = (DEFINITIONS, DEFINITION_FEEDS, SCENARIOS)
