"""Fetching delivered files again for loading: from the inbox, out of archives, and certainly the same bytes.

Belongs here: from a row of intake.files to its content. Does not belong here: what to do with it (`load.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.intake.archives import Archive, ArchiveError
from assets.intake.content import Content, part_id
from assets.intake.files import FileRow, holders

if TYPE_CHECKING:
    from assets.settings import Settings

CHANGED = "the file changed while it was being loaded; run again"


class Unavailable(Exception):  # noqa: N818  (it names the file's state)
    """A file cannot be fetched; the text is a sentence that may be shown."""


class Shelf:
    """The archive and the member that were fetched last are at hand: the next file often lies in the same one."""

    def __init__(self, settings: Settings) -> None:
        self._inbox = settings.inbox
        self._limit = settings.intake.unpacked_mb * 1_000_000
        self._archive: tuple[str, Archive] | None = None
        self._content: tuple[tuple[str, str], Content] | None = None

    def fetch(self, row: FileRow) -> tuple[Content, str | None]:
        """Return the content of a registered file, and the feed to read when the row is about one of several.

        Raises Unavailable when the file is gone, cannot be read, or is not what was registered.
        """
        held = [path for path in holders(row.path) if (self._inbox / path).is_file()]
        place = held[0] if held else next(iter(holders(row.path)))
        if self._archive is None or self._archive[0] != place or "!" not in row.path:
            self._archive = (place, self._open(place))
        for member in self._members(row, place, self._archive[1]):
            content = self._read(place, member, self._archive[1])
            if content.file_id == row.file_id:
                return content, None
            if row.feed and part_id(content.file_id, row.feed) == row.file_id:
                return content, row.feed
        raise Unavailable(CHANGED)

    @staticmethod
    def _members(row: FileRow, place: str, archive: Archive) -> list[str]:
        rest = row.path[len(place) + 1 :]
        wanted = (
            rest,
            rest.removesuffix(f"!{row.feed}"),
            archive.names[0] if len(archive.names) == 1 else "",
        )
        return [name for name in dict.fromkeys(wanted) if name in archive.names]

    def _open(self, place: str) -> Archive:
        self._content = None
        try:
            return Archive(Content.at(self._inbox / place))
        except OSError as error:
            raise Unavailable(f"the file cannot be read: {error.strerror}") from error
        except ArchiveError as error:
            raise Unavailable(CHANGED) from error

    def _read(self, place: str, member: str, archive: Archive) -> Content:
        if self._content is None or self._content[0] != (place, member):
            try:
                self._content = ((place, member), archive.read(member, self._limit))
            except ArchiveError as error:
                raise Unavailable(CHANGED) from error
        return self._content[1]
