"""The files that are damaged: those of the folder of formats, and the public samples where they are."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from assets.intake.sources import sources_from
from assets.sample.formats.configuration import CONFIGURATION
from assets.sample.formats.folder import all_files

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
SOURCES = sources_from(tomllib.loads(CONFIGURATION)["sources"])
LARGEST = 30_000
# What the writer of the folder of formats puts into cells and elements that must not be shown.
_INVENTED = re.compile(
    r"SYNM\d{6}|PERSON\d+|CHILD\d+|sample\.(?:poster|entry)\d|FMT[TE]?\d{6}|SAMPLE-PC-\d|secret title"
)


@dataclass(frozen=True)
class Seed:
    """A sound or damaged file to begin with; `secrets` are the values of people in it."""

    name: str
    data: bytes = field(repr=False)
    kind: str
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def leaked(self, text):
        """Return the values of people that stand in a text which may be shown."""
        words = set(re.findall(r"\w+", text))
        return [*_INVENTED.findall(text), *(secret for secret in self.secrets if secret in words)]


@cache
def seeds():
    """Return every file that is small enough to be damaged often."""
    made = [
        Seed(item.path.rpartition("/")[2], item.content, _kind(item)) for item in all_files(7) if item.lines
    ]
    public = [
        Seed(path.name, path.read_bytes(), "x12", _people(path.read_bytes()))
        for path in sorted(SAMPLES.glob("x12/*/*"))
    ]
    found = [*made, *public, *_activity()]
    return [seed for seed in found if 0 < len(seed.data) <= LARGEST]


def of_kind(*kinds):
    """Return the seeds of some kinds."""
    return [seed for seed in seeds() if seed.kind in kinds]


def _kind(item):
    feed, name = item.lines[0].feed, item.path.rpartition("/")[2]
    if name.endswith((".zip", ".gz")):
        return "packed"
    if feed in {"837", "835", "ack", ""}:
        return "x12"
    return "activity" if feed == "activity" else "table"


def _activity():
    path = SAMPLES / "activitywatch_export.json"
    data = path.read_bytes() if path.exists() else b""
    return [
        Seed(
            "activitywatch_public.json",
            data[: data.find(b"\n", LARGEST // 2)] if len(data) > LARGEST else data,
            "activity",
        )
    ]


def _people(data):
    """Return names and numbers of subscribers and patients in an X12 file, as far as they are long enough to be told apart."""
    text = data.decode("latin-1")
    begin = text.find("ISA")
    element, terminator = text[begin + 3], text[begin + 105]
    found = set()
    for segment in text.split(terminator):
        parts = segment.strip().split(element)
        if parts[0] == "NM1" and parts[1:2] and parts[1] in {"IL", "QC", "74"}:
            found |= {part for part in parts[3:5] if len(part) > 4} | {
                part for part in parts[9:10] if len(part) > 6
            }
    return frozenset(found)
