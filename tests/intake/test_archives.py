"""Unpacking that cannot be made to fill the disk or the memory."""

import gzip
import io
import zipfile

import pytest

from assets.intake.archives import Archive, ArchiveError, ArchiveTooLarge
from assets.intake.archives import unpack as unpacked
from assets.intake.content import SMALL, Content, content_id


def unpack(name, data, limit_bytes):
    found = unpacked(Content.of(name, data), limit_bytes=limit_bytes)
    return [(content.name, content.read()) for content in found]


def _zip(*members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def test_plain_files_and_workbooks_stay_as_they_are():
    workbook = _zip(("[Content_Types].xml", "x"), ("xl/workbook.xml", "y"))
    assert unpack("a/b.csv", b"x", limit_bytes=10) == [("b.csv", b"x")]
    assert unpack("b.xlsx", workbook, limit_bytes=1) == [("b.xlsx", workbook)]


def test_gzip_and_zip_are_unpacked_in_order_without_clutter():
    assert unpack("p.csv.gz", gzip.compress(b"one"), limit_bytes=10) == [("p.csv", b"one")]
    data = _zip(("b.csv", "2"), ("__MACOSX/b.csv", "x"), ("sub/", ""), ("sub/a.csv", "1"), (".DS_Store", "x"))
    assert unpack("d.zip", data, limit_bytes=10) == [("b.csv", b"2"), ("sub/a.csv", b"1")]


def test_the_limit_holds_for_one_file_and_for_all_together():
    with pytest.raises(ArchiveTooLarge, match="unpacks to more than the limit"):
        unpack("p.csv.gz", gzip.compress(b"x" * 11), limit_bytes=10)
    with pytest.raises(ArchiveTooLarge):
        unpack("d.zip", _zip(("a", "x" * 6), ("b", "y" * 6)), limit_bytes=10)
    assert len(unpack("d.zip", _zip(("a", "x" * 6), ("b", "y" * 4)), limit_bytes=10)) == 2


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: _zip(("a.csv", data))])
def test_a_ratio_that_only_a_bomb_has_is_refused_below_the_limit(pack):
    with pytest.raises(ArchiveTooLarge, match="decompression bombs"):
        unpack("bomb", pack(b"\0" * (40 * 2**20)), limit_bytes=2**30)


@pytest.mark.parametrize("inner", [gzip.compress(b"x"), _zip(("a.csv", "x"))], ids=["gzip", "zip"])
def test_an_archive_in_an_archive_is_refused(inner):
    with pytest.raises(ArchiveError, match="holds another archive"):
        unpack("d.zip", _zip(("inner", inner)), limit_bytes=10_000)
    with pytest.raises(ArchiveError, match="holds another archive"):
        unpack("d.gz", gzip.compress(inner), limit_bytes=10_000)


def test_a_workbook_in_an_archive_is_no_archive():
    workbook = _zip(("[Content_Types].xml", "x"))
    assert unpack("d.zip", _zip(("a.xlsx", workbook)), limit_bytes=10_000) == [("a.xlsx", workbook)]


def test_damaged_archives_are_errors_with_a_sentence():
    packed = gzip.compress(bytes(range(256)) * 10)
    with pytest.raises(ArchiveError, match="damaged or incomplete gzip"):
        unpack("p.gz", packed[:-9], limit_bytes=10_000)
    zipped = _zip(("a.csv", bytes(range(256)) * 10))
    for data in (zipped[: len(zipped) // 2], zipped[:60] + b"\0\0\0\0" + zipped[64:]):
        with pytest.raises(ArchiveError, match="damaged zip"):
            unpack("d.zip", data, limit_bytes=10_000)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    with pytest.raises(ArchiveError, match="several files of one name"):
        unpack("d.zip", _zip(("a.csv", "1"), ("a.csv", "2")), limit_bytes=10_000)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: _zip(("big.csv", data))])
def test_a_large_member_is_the_same_bytes_from_the_disk_as_from_memory(pack):
    data = b"".join(b"%d,%d\n" % (n, n * n % 9973) for n in range(SMALL // 11))
    assert len(data) > SMALL
    (found,) = unpacked(Content.of("big.csv.gz", pack(data)), limit_bytes=10**9)
    assert (found.size, found.file_id, found.head(9)) == (len(data), content_id(data), data[:9])
    assert found.read() == data
    first, second = found.open(), found.open()
    assert first.read(5) == second.read(5) == data[:5]
    assert second.seek(-4, io.SEEK_END) == len(data) - 4
    assert (second.read(), first.read(3)) == (data[-4:], data[5:8])


def test_one_member_is_read_without_the_others():
    archive = Archive(Content.of("d.zip", _zip(("a.csv", "1" * 9), ("b.csv", "22"))))
    assert (archive.names, archive.packed) == (["a.csv", "b.csv"], True)
    assert archive.read("b.csv", limit=2).read() == b"22"
    with pytest.raises(ArchiveTooLarge):
        archive.read("a.csv", limit=8)
    with pytest.raises(KeyError):
        archive.read("c.csv", limit=8)
