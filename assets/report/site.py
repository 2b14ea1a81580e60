"""The whole site as files in memory: pages, style, scripts. The same tables give the same bytes: there is no clock and no chance in it.

Belongs here: which pages there are, and drawing them with the templates. Does not belong here: what they say (the modules of the pages),
and writing them (`write.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from altair.utils import schemapi
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assets.report import figures, words
from assets.report.clinicians import clinicians_page
from assets.report.definitions import definitions_page
from assets.report.figures import Figure, registry
from assets.report.history import history_pages
from assets.report.outcomes import outcomes_page
from assets.report.overview import overview_page
from assets.report.payment_models import payment_models_page
from assets.report.quality import quality_page
from assets.report.roles import role_file, role_page, roles_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assets.quality import Suite
    from assets.report.blocks import Page
    from assets.report.read import Published

HERE = Path(__file__).resolve().parent
STYLE, SCRIPT, VEGA = "assets/report.css", "assets/report.js", "assets/vega.js"
MAIN = (
    ("index.html", "Overview"), ("outcomes.html", "Outcomes"), ("clinicians.html", "Clinicians"),
    ("payment-models.html", "Payment models"), ("data-quality.html", "Data quality"),
    ("history.html", "History"), ("definitions.html", "Definitions"),
)  # fmt: skip


@dataclass(frozen=True)
class Texts:
    """The texts of the project that the report tells beside the tables: the suites, and the worked examples."""

    suites: Mapping[str, Suite]
    examples: Mapping[str, tuple[str, ...]]


def pages(published: Published, texts: Texts) -> list[Page]:
    """Return every page of the site."""
    known = registry(published)
    return [
        overview_page(published, known),
        *(role_page(role, published, known) for role in roles_of(published)),
        outcomes_page(published, known),
        clinicians_page(published, known),
        payment_models_page(published, known),
        quality_page(published, known, texts.suites),
        *history_pages(published, known),
        definitions_page(published, known, texts.examples),
    ]


def render(published: Published, texts: Texts) -> dict[str, bytes]:
    """Return the site as path -> bytes, without the Vega library (`vega.py`), which is the same for every office."""
    about = published.rows("about")
    shared = {
        "about": about[0] if about else None,
        "office": about[0]["office"] if about else "No office yet",
        "main": MAIN,
        "roles": [(role_file(role), words.role(role)) for role in roles_of(published)],
        "style": STYLE, "script": SCRIPT, "vega": VEGA,
    }  # fmt: skip
    template = _environment().get_template("page.html.j2")
    # Altair otherwise checks every part of a chart against its schema as it is made: the tests do that once for all.
    with schemapi.debug_mode(False):
        drawn = pages(published, texts)
    made = {page.file: template.render(page=page, **shared).encode() for page in drawn}
    for name, source in ((STYLE, "report.css"), (SCRIPT, "report.js")):
        made[name] = (HERE / "static" / source).read_bytes()
    return made


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_script"] = in_script
    environment.filters["day"] = words.day
    environment.filters["number"] = words.number
    environment.tests["figure"] = lambda cell: isinstance(cell, Figure)
    environment.globals["interval_name"] = figures.INTERVAL
    return environment


def in_script(value: Any) -> Markup:
    """Return a value as JSON that cannot end the script element in which it stands."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - every sign that HTML knows was replaced just above
