"""The bytes of a file are the same wherever they lie, and a large file is not held in memory."""

import tracemalloc
from pathlib import Path

import pytest

from assets.intake.content import SMALL, Content, content_id, part_id


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("content") / "large.bin"
    path.write_bytes(bytes(range(256)) * (SMALL // 256 + 1))
    return path


def test_a_file_on_disk_and_its_bytes_have_the_same_identity(large, tmp_path):
    data = large.read_bytes()
    assert Content.at(large).file_id == content_id(data) == Content.of("x", data).file_id
    small = tmp_path / "small"
    small.write_bytes(b"abc")
    assert (Content.at(small).size, Content.at(small).read(), Content.at(small).name) == (3, b"abc", "small")


def test_streams_of_a_file_do_not_disturb_each_other(large):
    content = Content.at(large)
    with content.open() as one, content.open() as other:
        assert one.read(3) == other.read(3) == bytes(range(3))
    assert content.head(4) == bytes(range(4))
    assert len(content.read()) == content.size


def test_a_large_file_is_hashed_and_spooled_without_being_held(large):
    blocks = (b"x" * 2**20 for _ in range(40))
    tracemalloc.start()
    try:
        first, second = Content.at(large), Content.spooled("spool", blocks)
        _, most = tracemalloc.get_traced_memory()
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (first.size, second.size) == (large.stat().st_size, 40 * 2**20)
    assert most < 2.5 * SMALL
    assert now < 2**20


def test_a_file_that_grows_after_it_was_hashed_is_noticed(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"x" * (SMALL + 1))
    content = Content.at(path)
    assert content.unchanged
    with path.open("ab") as stream:
        stream.write(b"y")
    assert not content.unchanged
    path.unlink()
    assert not content.unchanged


def test_a_spool_leaves_nothing_behind():
    descriptors = Path("/proc/self/fd")
    before = set(descriptors.iterdir()) if descriptors.is_dir() else set()
    content = Content.spooled("s", [b"x" * (SMALL + 1)])
    assert content.head(1) == b"x"
    del content
    assert not before or set(descriptors.iterdir()) <= before


def test_parts_of_a_mixed_file_have_identities_of_their_own():
    ids = {part_id("0123456789abcdef", feed) for feed in ("837", "835", "ack")}
    assert len(ids | {"0123456789abcdef"}) == 4
