"""Writing the site into a folder: only what differs, and pages that are no longer there are taken away.

Belongs here: files. Does not belong here: what is in them (`site.py`).
A file is written beside the old one and renamed, so a reader on a shared drive never sees half a page. Only files that an earlier
report has listed are removed; whatever else lies in the folder is left alone.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from assets.errors import RcmbenchError
from assets.published import made_with
from assets.report import vega
from assets.report.examples import examples
from assets.report.read import read_published
from assets.report.site import VEGA, Texts, render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assets.quality import Suite
    from assets.report.read import Published

LISTED = "assets/files.json"


class StrangeFolderError(RcmbenchError):
    """The folder holds files that no report has written."""


def write_report(database: Path, folder: Path, suites: Mapping[str, Suite]) -> dict[str, int]:
    """Render the published database into the folder. Return how many files there are and how many were written or removed.

    Raises NothingPublishedError without a database, StrangeFolderError for a folder of somebody else's files, NoBundleError
    without the package that holds the charts' library.
    """
    published, before = read_published(database), _listed(folder)
    made_of = _fingerprint(published, suites)
    if not before and folder.exists() and any(folder.iterdir()):
        raise StrangeFolderError(f"{folder}: not empty and not a report; choose another folder")
    names = set(before.get("files", ()))
    if before.get("made_of") == made_of and all((folder / name).is_file() for name in names):
        return {"files": len(names), "changed": 0}
    made = render(published, Texts(suites, examples()))
    if not _has_library(folder):
        made[VEGA] = vega.bundle()
    wanted = sorted({*made, VEGA, LISTED})
    changed = sum(_put(folder / name, content) for name, content in sorted(made.items()))
    gone = sorted(names - set(wanted))
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    # Last, so that a report that was cut short is made again.
    listed = json.dumps({"made_of": made_of, "files": wanted}, indent=1) + "\n"
    changed += _put(folder / LISTED, listed.encode())
    return {"files": len(wanted), "changed": changed + len(gone)}


def _fingerprint(published: Published, suites: Mapping[str, Suite]) -> str:
    """Return a hash of all that the report is made of: the rows of the published tables, the suites, and this code."""
    digest = hashlib.sha256(f"{vega.head()}\n{made_with.code()}".encode())
    digest.update(repr(sorted((table, repr(suite)) for table, suite in suites.items())).encode())
    for table, frame in sorted(published.frames.items()):
        digest.update(f"{table}\n{frame.write_csv()}".encode())
    return digest.hexdigest()


def _has_library(folder: Path) -> bool:
    # Reading the first line costs nothing, bundling costs two seconds.
    path = folder / VEGA
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as opened:
        return opened.readline().rstrip("\n") == vega.head()


def _listed(folder: Path) -> dict[str, Any]:
    path = folder / LISTED
    if not path.exists():
        return {}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    # Somebody may have edited the list: nothing outside of the folder is ever removed.
    return {**told, "files": [name for name in told.get("files", ()) if _lies_within(name)]}


def _lies_within(name: object) -> bool:
    return isinstance(name, str) and not name.startswith(("/", "\\")) and ".." not in name and ":" not in name


def _put(path: Path, content: bytes) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.building")
    building.write_bytes(content)
    building.replace(path)
    return True
