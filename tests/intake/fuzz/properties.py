"""What must hold of every reader, whatever the bytes: it ends, raises nothing, accounts for each record and shows no values."""

import io
import re
import tempfile
from pathlib import Path
from unittest import mock

from assets.intake.check import check_path
from assets.intake.contracts import FEEDS
from assets.intake.pseudonyms import hider
from assets.intake.tabular import read_table
from assets.intake.x12 import read as x12
from tests.intake.fuzz.seeds import SOURCES

HIDE = hider(b"sixteen or more characters")
_HEADERS = re.compile(r"the column '[^']*'|is read from '[^']*'")
HOW = {"hide": HIDE, "time_zone": "America/Chicago"}


def account(parts):
    """Return the sums that must agree: (records, loaded, rejected, footers, why it is unusable)."""
    reasons = [part.unusable for part in parts if part.unusable]
    sums = [
        sum(getattr(part, name) for part in parts) for name in ("records", "loaded", "rejected", "footers")
    ]
    return (*sums, reasons[0] if reasons else None)


def holds(seed, parts):
    """Assert what must hold of what a reader made of a file; its frames are built too."""
    for part in parts:
        for name in part.tables:
            assert part.tables[name].height == part.tables.height(name)
        told = "\n".join([part.kind, part.unusable or "", *map(repr, part.rejects), *map(repr, part.flags)])
        assert not shows(seed, told), "a value is shown"
    records, loaded, rejected, footers, unusable = account(parts)
    assert unusable or records == loaded + rejected + footers, "records are not accounted for"


def shows(seed, told):
    """Return the values of people that are shown. A cell that got into the header line is a header, for all anybody can tell."""
    headers = set(seed.leaked(" ".join(_HEADERS.findall(told))))
    return headers if len(headers) > 2 else seed.leaked(_HEADERS.sub("", told))


def x12_plain(seed, data):
    holds(seed, [x12.read_x12(data, **HOW)])
    x12.identify_x12(data[:65536])


def x12_by_feed(seed, data):
    """The feeds of a file together are the file."""
    parts = [x12.read_x12(data, **HOW, feed=feed) for feed in ("837", "835", "ack")]
    whole = x12.read_x12(data, **HOW)
    for part in parts:
        holds(seed, [part])
    if whole.unusable is None:
        used = [part for part in parts if part.unusable is None]
        assert sum(part.loaded for part in used) == whole.loaded, (
            "a feed loads other records than the whole file"
        )


def x12_both(seed, data):
    """The columnar reader agrees with the plain one."""
    plain = x12.read_x12(data, **HOW)
    block = (1, 300, 3000, 2**20)[len(data) % 4]
    with mock.patch.object(x12, "SMALL", 0):
        parts = list(x12.read_x12_stream(io.BytesIO(data), **HOW, block=block))
    holds(seed, parts)
    assert account(parts) == account([plain]), "the readers count differently"
    assert sorted(map(repr, plain.rejects)) == sorted(repr(r) for part in parts for r in part.rejects)
    assert sorted(map(repr, plain.flags)) == sorted(repr(f) for part in parts for f in part.flags)
    for name in {name for part in (plain, *parts) for name in part.tables}:
        rows = [row for part in parts if name in part.tables for row in part.tables[name].rows()]
        assert sorted(map(repr, rows)) == sorted(
            map(repr, plain.tables[name].rows() if name in plain.tables else [])
        )


def table(seed, data):
    source = next(source for source in SOURCES if source.matches(seed.name))
    if source.feed == "activity":
        activity(seed, data)
        return
    holds(seed, [read_table(data, FEEDS[source.feed][0], source, name="f", **HOW)])


def whole_road(seed, data):
    """Unpacking, identifying and reading a file on disk, as `rcmbench check` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / seed.name
        path.write_bytes(data)
        for finding in check_path(
            path, sources=SOURCES, hide=HIDE, time_zone="America/Chicago", limit_bytes=5_000_000
        ):
            told = repr({**finding.as_json(), "file": ""})
            assert not shows(seed, told), "a value is shown"
            assert "please report it" not in told, told
            assert "records in the file, but" not in told, told
            assert finding.reason or finding.records == finding.loaded + finding.rejected + finding.footers


activity = whole_road

TARGETS = {
    "x12": (x12_plain, x12_by_feed, x12_both, whole_road),
    "table": (table, whole_road),
    "activity": (activity,),
    "packed": (whole_road,),
}
