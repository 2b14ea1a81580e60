"""A file of the folder of formats, and what must become of it.

Belongs here: the lines of the account. Does not belong here: any one format. The numbers of a line come from how its
file was written, never from reading it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

COLUMNS = (
    "path",
    "feed",
    "what",
    "wrong",
    "status",
    "records",
    "loaded",
    "rejected",
    "footers",
    "flags",
    "check",
)
_REFUSED = frozenset({"unusable", "unknown"})


@dataclass(frozen=True)
class Line:
    """What must become of one file, or of one member of an archive, or of one feed's part of a mixed file.

    `records`, `rejected` and `footers` tell what was written into it. `status` is that of intake.files. `flags` are the
    codes of what is odd, each once. `held` files are the ones that break a blocking expectation.
    """

    what: str
    feed: str
    wrong: str = ""
    status: str = "loaded"
    records: int = 0
    rejected: int = 0
    footers: int = 0
    flags: tuple[str, ...] = ()
    member: str = ""
    whole: tuple[str, ...] = ()
    """Flags that only show where the feeds of a mixed file are read together."""

    @property
    def level(self) -> int:
        """Return the exit code of `rcmbench check` on it: 0 clean, 1 flagged, 2 unusable. It knows no other files."""
        if self.status in _REFUSED:
            return 2
        return int(bool(self.flags or self.whole or self.rejected))

    def told(self, path: str, *, mixed: bool = False) -> tuple[str, ...]:
        """Return the line of the account in the order of `COLUMNS`; only what was tried has counts.

        Of a `mixed` file each feed is an entry of its own.
        """
        counts: tuple[str, ...] = ("", "", "", "")
        if self.status in {"loaded", "held"}:
            loaded = self.records - self.rejected - self.footers if self.status == "loaded" else 0
            counts = (str(self.records), str(loaded), str(self.rejected), str(self.footers))
        place = "!".join(part for part in (path, self.member, self.feed if mixed else "") if part)
        flags = " ".join(sorted(set(self.flags)))
        return (place, self.feed, self.what, self.wrong, self.status, *counts, flags, str(self.level))


@dataclass(frozen=True)
class Made:
    """A file: its place in the inbox, its bytes and its lines in the account; without lines it must be passed over."""

    path: str
    content: bytes
    lines: tuple[Line, ...] = ()

    def told(self) -> list[tuple[str, ...]]:
        """Return its lines of the account."""
        members = Counter(line.member for line in self.lines)
        return [line.told(self.path, mixed=members[line.member] > 1) for line in self.lines]

    def again(self, path: str, what: str) -> Made:
        """Return the same bytes in another, later place: a duplicate."""
        lines = (
            replace(line, what=what, wrong="delivered before", status="duplicate") for line in self.lines
        )
        return Made(path, self.content, tuple(lines))
