"""The text of a proposal under construction: its lines, its questions, and what the file's name suggests.

Belongs here: how lines and texts are written, and the pattern. Does not belong here: what the columns suggest (`propose.py`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.intake.named import date_in_name, with_any_month

if TYPE_CHECKING:
    from datetime import date

_REVISION = re.compile(r"(_v\d{1,6}|_corrected)(?=\.)", re.IGNORECASE)
_ORDERS = {"m": "month first", "d": "day first", "y": "year first", "Y": "year first"}


@dataclass(frozen=True)
class Lines:
    """Lines of the proposal under construction; a question is a comment that ends in a question mark."""

    lines: list[str]

    def say(self, *lines: str) -> None:
        """Add lines as they are."""
        self.lines.extend(lines)

    def ask(self, line: str, why: str = "") -> None:
        """Add a line as a comment with a question mark."""
        self.lines.append(f"# {line}  # {why}?" if why else f"# {line}?")

    def table(self, name: str, entries: list[str]) -> None:
        """Add a table of the source, unless it is empty."""
        if entries:
            self.lines.extend(["", f"[sources.{name}]", *entries])

    @property
    def questions(self) -> int:
        """How many lines are comments with a question mark."""
        return sum(line.startswith("#") and line.endswith("?") for line in self.lines)


def write_pattern(out: Lines, name: str, today: date | None) -> None:
    """Write the pattern and, where the name has a date, its format: as a question when several readings are plausible."""
    packed = re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)
    revision = _REVISION.search(packed)
    plain_name = packed[: revision.start()] + packed[revision.end() :] if revision else packed
    stem, dot, ending = plain_name.rpartition(".")
    text = stem or ending
    dated = date_in_name(text, today)
    if dated:
        before, _ = with_any_month(text[: dated.start])
        after, _ = with_any_month(text[dated.end :])
        body, spelled = f"{before}(?P<date>{dated.shape}){after}", False
    else:
        body, spelled = with_any_month(text)
    tail = rf"(_v\d+|_corrected)?\.{re.escape(ending)}(\.gz)?" if dot and stem else ""
    out.say(f"pattern = {quoted('^' + body + tail + '$')}")
    forms = dated.forms if dated else ()
    if len(forms) > 1:
        out.say(
            "# The date in the name can be read in several ways; until one is chosen no day is taken from it."
        )
        for form in forms:
            out.ask(f"date_format = {json.dumps(form)}", _ORDERS[form[1]])
    elif forms and forms[0] != "%Y%m%d":
        out.say(f"date_format = {json.dumps(forms[0])}")
    elif not forms:
        why = "The month in the name is in words, and any is accepted" if spelled else "No date in the name"
        out.say(f"# {why}: the delivery day is the day folder's, else the file's modification time.")


def quoted(text: str) -> str:
    """Return a TOML string: literal where that is readable, else with escapes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
