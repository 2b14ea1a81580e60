"""A disk that is full: recognised whoever stumbles over it, and told in one sentence.

Belongs here: telling a full disk from other errors. Does not belong here: making room, which nobody but the office can do.
"""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SAID = re.compile(
    r"no space left|disk is full|out of disk space|file too large|disk quota exceeded", re.IGNORECASE
)
_UNCLEAR = re.compile(
    r"i/o error|could not (?:write|sync|truncate)|OSError|IOException|OperationalError", re.IGNORECASE
)
_LITTLE = 16_000_000
"""Bytes: SQLite and DuckDB do not always say why a write failed; with less than this left, room is why."""
ENOUGH_MB = 500
"""Twice what the home of the sample office's first weeks takes: docs/operations.md."""


class FullDiskError(RcmbenchError):
    """There is no room left; the message names the folder, what is needed, and that nothing is lost."""


@contextmanager
def told_when_full(home: Path) -> Iterator[None]:
    """Raise FullDiskError in place of any error that a full disk below the home, or of temporary files, has caused."""
    try:
        yield
    except FullDiskError:
        raise
    except Exception as error:
        if _is_full(list(_chain(error)), home):
            raise FullDiskError(_sentence(home)) from None
        raise


def refuse_full(home: Path, reasons: Iterable[str]) -> None:
    """Raise FullDiskError when one of the reasons for which steps failed is a full disk."""
    texts = list(reasons)
    if any(_SAID.search(text) or (_UNCLEAR.search(text) and _left(home) < _LITTLE) for text in texts):
        raise FullDiskError(_sentence(home))


def _is_full(errors: list[BaseException], home: Path) -> bool:
    if any(isinstance(error, OSError) and error.errno in _FULL for error in errors):
        return True
    texts = [str(error) for error in errors]
    return any(_SAID.search(text) for text in texts) or (
        any(_UNCLEAR.search(text) for text in texts) and _left(home) < _LITTLE
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _folders(home: Path) -> list[Path]:
    return [home, Path(tempfile.gettempdir())]


def _left(home: Path) -> int:
    return min(shutil.disk_usage(folder).free for folder in _folders(home) if folder.is_dir())


def _sentence(home: Path) -> str:
    folder = min((f for f in _folders(home) if f.is_dir()), key=lambda f: shutil.disk_usage(f).free)
    free = shutil.disk_usage(folder).free // 1_000_000
    return (
        f"{folder}: the disk is full ({free:,} MB left). Nothing is lost: every table is as it was before its last unfinished change. "
        f"Make room, at least {ENOUGH_MB} MB, and run again"
    )
