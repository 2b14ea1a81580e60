"""Writing the folder of formats: the inbox, the configuration beside it and the account of every file.

Belongs here: which files there are, and the account. Does not belong here: what is in a file.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.formats.activity import activity_files
from assets.sample.formats.configuration import CONFIGURATION, README
from assets.sample.formats.exports import sound_exports
from assets.sample.formats.exports_damaged import damaged_exports
from assets.sample.formats.made import COLUMNS, Made
from assets.sample.formats.packed import archives
from assets.sample.formats.workbooks import workbooks
from assets.sample.formats.x12_damaged import damaged_files
from assets.sample.formats.x12_envelope import Maker
from assets.sample.formats.x12_files import sound_files, written_otherwise

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class FormatsMade:
    """What was written: files in the inbox, lines of the account, records in files that are tried, and bytes."""

    files: int
    lines: int
    records: int
    bytes: int


def write_formats(out: Path, *, seed: int = 7) -> FormatsMade:
    """Write `inbox`, `rcmbench.toml`, `README.txt` and `truth/account.csv` below `out`: the same bytes for the same seed.

    Raises OSError when the folder cannot be written, and FileExistsError when it already holds something.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out}: not empty; choose another folder or remove it first")
    made = all_files(seed)
    for item in made:
        path = out / "inbox" / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(item.content)
    (out / "rcmbench.toml").write_bytes(CONFIGURATION.encode())
    (out / "README.txt").write_bytes(README.encode())
    (out / "truth").mkdir()
    (out / "truth" / "account.csv").write_bytes(_account(made))
    lines = [line for item in made for line in item.lines]
    tried = sum(line.records for line in lines if line.status in {"loaded", "held"})
    return FormatsMade(len(made), len(lines), tried, sum(len(item.content) for item in made))


def all_files(seed: int) -> list[Made]:
    """Return every file of the folder."""
    maker = Maker(seed)
    sound, otherwise = sound_files(maker), written_otherwise(maker)
    exports = sound_exports(maker)
    first = {item.path.rpartition("/")[2]: item for item in (*sound, *exports)}
    return [
        *sound,
        *otherwise,
        *damaged_files(maker),
        *exports,
        *damaged_exports(maker),
        *workbooks(maker),
        *archives(maker),
        *activity_files(maker),
        first["remittance.835"].again("2026-03-03/remittance_again.835", "the 835 of the day before"),
        first["payments_20260302.csv"].again(
            "2026-03-03/payments_20260303.csv", "the payments of the day before"
        ),
        Made("2026-03-02/.hidden.csv", b"passed over"),
        Made("2026-03-02/payments_20260305.csv.part", b"passed over"),
    ]


def _account(made: list[Made]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(line for item in made for line in item.told()))
    return text.getvalue().encode()
