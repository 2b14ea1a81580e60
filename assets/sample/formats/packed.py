"""Archives of the folder of formats: gzip and zip, sound, damaged, locked, nested, and one that unpacks without end.

Belongs here: packing. Does not belong here: what is packed.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from assets.sample.formats import x12_answers as answers
from assets.sample.formats import x12_claims as sent
from assets.sample.formats.made import Line, Made
from assets.sample.formats.tables import payments
from assets.sample.formats.x12_envelope import envelope, written
from assets.sample.formats.x12_files import DAY, x12

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assets.sample.formats.x12_envelope import Maker

LATER = "2026-03-03"
_BOMB_BYTES = 40_000_000


def archives(maker: Maker) -> list[Made]:
    """Return every archive."""
    return [*_sound(maker), *_damaged(maker)]


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip archive; its times are fixed, so equal members give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (2026, 3, 2, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def _sound(maker: Maker) -> list[Made]:
    one = x12(maker, "packed.837", "837P in gzip", sent.claims(maker, 3))
    inner = [
        x12(maker, "batch.837", "837P in a zip of many", sent.claims(maker, 2)),
        x12(maker, "sub/paid.835", "835 in a zip of many", answers.remittance(maker, 2)),
    ]
    table = payments(maker, 3)
    single = x12(maker, "alone.835", "835 alone in a zip", answers.remittance(maker, 1))
    members = {item.path.removeprefix(f"{DAY}/"): item.content for item in inner}
    members |= {"__MACOSX/._batch.837": b"clutter", "payments_zipped.csv": table.text().encode()}
    lines = [replace(line, member=item.path.removeprefix(f"{DAY}/")) for item in inner for line in item.lines]
    rows = Line("CSV in a zip of many", "payments", records=len(table.rows), member="payments_zipped.csv")
    return [
        Made(f"{DAY}/packed.837.gz", gzip.compress(one.content, mtime=0), one.lines),
        Made(f"{DAY}/many.zip", zipped(members), (*lines, rows)),
        Made(f"{DAY}/single.zip", zipped({"alone.835": single.content}), single.lines),
    ]


def _damaged(maker: Maker) -> list[Made]:
    data = written(envelope(maker.control(), [sent.claims(maker, 6)]))
    plain = zipped({"locked.837": data})
    return [
        _refused(
            "bomb.zip", "it unpacks to more than 200 times its size", zipped({"bomb.837": bytes(_BOMB_BYTES)})
        ),
        _refused(
            "bomb.835.gz",
            "it unpacks to more than 200 times its size",
            gzip.compress(bytes(_BOMB_BYTES), mtime=0),
        ),
        _refused("locked.zip", "it is encrypted", _locked(plain)),
        _refused("cut.zip", "the end is missing", plain[:-40]),
        _refused("cut.837.gz", "the end is missing", gzip.compress(data, mtime=0)[:-20]),
        _refused("nested.zip", "an archive in an archive", zipped({"inner.zip": plain})),
    ]


def _locked(archive: bytes) -> bytes:
    """Return the archive marked as encrypted, in the member's own header and in the directory."""
    data = bytearray(archive)
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    return bytes(data)


def _refused(name: str, wrong: str, content: bytes) -> Made:
    return Made(f"{LATER}/{name}", content, (Line(f"archive: {wrong}", "", wrong, status="unusable"),))
