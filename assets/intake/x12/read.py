"""A whole X12 file to typed frames: the entrances that the loader uses.

Belongs here: which road a file takes, and what a file is. Does not belong here: any one transaction family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from assets.intake.x12.columnar.route import BLOCK, Route
from assets.intake.x12.columnar.survey import surveyed
from assets.intake.x12.count import scan, scan_loosely, tally
from assets.intake.x12.delimiters import decode
from assets.intake.x12.envelope import Interchange, Unreadable, interchanges
from assets.intake.x12.feeds import feeds_in
from assets.intake.x12.reading import Reading, kind_of, without_collection

if TYPE_CHECKING:
    from collections.abc import Generator

    from assets.intake.records import Hide, Parsed

__all__ = ["SMALL", "feeds_in", "identify_x12", "read_x12", "read_x12_stream"]

SMALL = 64_000
"""Bytes below which the plain road is the faster one."""
_HEAD = 65536


def read_x12(data: bytes, *, hide: Hide, time_zone: str, feed: str | None = None) -> Parsed:
    """Return all rows, rejects and flags of a file, and the count of its records by another way.

    `kind` is that of most of its transactions; `time_zone` is the office's, since X12 times carry none. With a `feed` only
    that feed's transactions are read and counted. A file without a usable ISA, or with nothing in it that is read here,
    comes back `unusable` with the reason.
    """
    with without_collection():
        text, encoding = decode(data)
        reading = Reading(hide, time_zone, feed)
        reading.encoded_as(encoding)
        for stretch in interchanges(text):
            if isinstance(stretch, Unreadable):
                reading.unreadable(scan_loosely(stretch.text), preamble=stretch.preamble)
            else:
                _read_interchange(stretch, reading)
        return reading.part()


def read_x12_stream(
    stream: BinaryIO, *, hide: Hide, time_zone: str, feed: str | None = None, block: int = BLOCK
) -> Generator[Parsed, None, None]:
    """Yield a large file in parts, whose sum is what `read_x12` returns for all of it.

    The stream must be seekable, and stay open until the last part. Memory depends on `block` (bytes) and on the largest
    transaction (about twenty times its size), not on the file. Frames refer to the bytes of their block: what is kept of a part
    keeps these. `kind` and `counted` of a part speak of the file as far as it has been read: those of the last
    part are the file's. Small files, and those whose delimiters are not ASCII, are read whole.
    """
    size = stream.seek(0, 2)
    if size >= SMALL:
        with surveyed(stream) as found:
            if found.is_ascii:
                reading = Reading(hide, time_zone, feed)
                reading.encoded_as(found.encoding)
                yield from Route(reading).parts(found, block)
                return
    stream.seek(0)
    yield read_x12(stream.read(), hide=hide, time_zone=time_zone, feed=feed)


def _read_interchange(interchange: Interchange, reading: Reading) -> None:
    reading.usable = True
    reading.desk.flags.extend(interchange.flags)
    reading.count(scan(interchange.body, interchange.delimiters))
    reading.receipts(interchange)
    if interchange.stray:
        counts = tally([segment for _, segment in interchange.stray], interchange.delimiters.component)
        reading.outside(len(interchange.stray), interchange.stray[0][0], counts)
    for transaction in interchange.transactions:
        reading.transaction(transaction)


def identify_x12(data: bytes) -> str | None:
    """Return the kind of the file's first transaction from its first 64 kB; None when it has no usable ISA.

    'TA1' for a file of interchange receipts only, 'X12' for empty interchanges, ST01 for a set that is not read here.
    """
    text, _ = decode(data[:_HEAD])
    kind = None
    for interchange in interchanges(text):
        if isinstance(interchange, Interchange):
            for transaction in interchange.transactions:
                return kind_of(transaction, transaction.segments())
            kind = "TA1" if interchange.receipts else kind or "X12"
    return kind
