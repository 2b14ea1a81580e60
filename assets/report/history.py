"""Past versions of the bands: which one held when, and each of them in full, so that an appeal can be checked.

Belongs here: pages made from `bands_history`. Does not belong here: the bands in force (`bands.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.bands import STATUS, band_chart, band_table, sorted_bands, version_file
from assets.report.blocks import Badge, Facts, Fold, Link, Page, Section, Table, Text

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]


def versions_of(published: Published) -> dict[str, list[Row]]:
    """Return the bands of every version, the newest version first."""
    rows = published.rows("bands_history")
    rows.sort(key=lambda row: (row["as_of"], row["known_at"], row["version_id"]), reverse=True)
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["version_id"], []).append(row)
    return {version: sorted_bands(bands) for version, bands in found.items()}


def history_pages(published: Published, registry: Registry) -> list[Page]:
    """Return the page of all versions, and a page for each of them."""
    versions = versions_of(published)
    voices = _voices(published)
    return [_overview(versions), *(_version(name, rows, registry, voices) for name, rows in versions.items())]


def _voices(published: Published) -> dict[tuple[str, str], str]:
    """Return what was said of each version and role, in words; numbers only where enough people said it."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in sorted(published.rows("feedback"), key=lambda row: row["kind"]):
        many = (
            f"{words.number(row['entries'])} by {words.plural(row['people'], 'person', 'people')}"
            if row["people"]
            else row["reason"]
        )
        found.setdefault((row["version_id"], row["role"]), []).append(f"{row['kind']}: {many}")
    return {key: "; ".join(told) for key, told in found.items()}


def _overview(versions: dict[str, list[Row]]) -> Page:
    rows = []
    for name, bands in versions.items():
        first = bands[0]
        rows.append((
            Link(name, version_file(name)), words.day(first["as_of"]), f"{words.day(first['window_from'])} to {words.day(first['window_to'])}",
            _told(bands, lambda row: row["effective_from"] is not None and row["effective_to"] is None),
            _told(bands, lambda row: row["effective_to"] is not None), _told(bands, _collects), first["known_at"].strftime("%Y-%m-%d %H:%M UTC"),
        ))  # fmt: skip
    heads = (
        "Version",
        "As of",
        "Window",
        "In force for",
        "Was in force for",
        "Collects feedback for",
        "Stored",
    )
    table = Table("Versions of the bands, newest first", heads, tuple(rows), "No calibration has run yet.")
    text = "No version is ever changed or deleted. Open one to see what held then, from when to when, and who decided it."
    return Page(
        "history.html",
        "Calibration history",
        "Every version of the bands that was ever computed, what was decided on it, and when it held.",
        (Section("versions", "Versions", (Text(text), table)),),
    )


def _told(bands: list[Row], wanted: Any) -> str:
    roles = dict.fromkeys(row["role"] for row in bands if wanted(row))
    return ", ".join(words.role(role) for role in roles) or "none"


def _collects(row: Row) -> bool:
    return row["feedback_until"] is not None and row["decided_by"] is None


def _version(name: str, rows: list[Row], registry: Registry, voices: dict[tuple[str, str], str]) -> Page:
    first = rows[0]
    facts = Facts(
        (
            ("As of", words.day(first["as_of"])),
            ("Window", f"{words.day(first['window_from'])} to {words.day(first['window_to'])}"),
            (
                "Season",
                "known from the year before"
                if first["has_prior_year"]
                else "unknown: there is no prior year",
            ),
            ("Stored", first["known_at"].strftime("%Y-%m-%d %H:%M UTC")),
            ("Observations", first["input_hash"][:16]),
            ("Method", first["method_id"]),
            ("Code", first["code_hash"]),
            ("Parameters", first["config_hash"]),
        )
    )
    roles = list(dict.fromkeys(row["role"] for row in rows))
    sections = [Section("rests", "What it rests on", (facts,))]
    sections += [
        _role(role, [row for row in rows if row["role"] == role], registry, voices.get((name, role), "none"))
        for role in roles
    ]
    return Page(
        version_file(name),
        f"Version {name}",
        f"The bands as they were computed for {words.day(first['as_of'])}, whatever has been adopted since.",
        tuple(sections),
    )


def _role(role: str, rows: list[Row], registry: Registry, said: str) -> Section:
    first = rows[0]
    held = f"{words.day(first['effective_from'])} to {words.day(first['effective_to']) if first['effective_to'] else 'now'}"
    before = first["previous_version_id"]
    blocks: list[Any] = [
        Facts((
            ("Held", _span(first, held)),
            ("Decided by", first["decided_by"] or "nobody"),
            ("Reason of the decision", first["decision_reason"] or "no decision"),
            ("Collected feedback until", words.day(first["feedback_until"]) if first["feedback_until"] else "none was asked for"),
            ("Feedback", said),
            ("In force before", Link(before, version_file(before)) if before else "no version"),
        )),
    ]  # fmt: skip
    caption = f"{words.role(role)}, in {first['unit']}"
    if any(row["acceptable"] is not None for row in rows):
        chart = band_chart(
            f"chart-{role.replace('_', '-')}", f"Bands of {words.role_within(role)}", rows, registry
        )
        blocks += [band_table(caption, rows, past=True), Fold("As a chart", (chart,))]
    else:
        why = sorted({row["reasons"] or STATUS.get(row["status"], (row["status"], ""))[0] for row in rows})
        blocks.append(Text(f"No band was shown: {'; '.join(why)}."))
    return Section(f"role-{role.replace('_', '-')}", words.role(role), tuple(blocks))


def _span(row: Row, held: str) -> str | Badge:
    if row["effective_from"] is None:
        return Badge("Never in force", "look")
    if row["effective_to"] is not None and row["effective_to"] < row["effective_from"]:
        return Badge("Never in force", "look", "another version took its place before its first day")
    return held
