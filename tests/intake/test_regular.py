"""The quick road for regular text: the same records as the strict reader, for every text."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake import regular as quick
from assets.intake.delimited import normalise, read_records
from assets.intake.recount import count_quickly, count_records
from assets.intake.regular import Stretch, read_body, regular
from tests.intake.exporting import GOOD, HEADER, read, rows_of


def _strict(body, width, delimiter=","):
    return list(read_records(body.decode().split("\n"), delimiter, width))


def _quick(body, width, delimiter=","):
    """Return the records like the strict reader; the line of a record from a frame is not known."""
    found = []
    for part in read_body(body, delimiter, width):
        if isinstance(part, Stretch):
            found += [(None, list(row)) for row in part.frame.iter_rows()]
            for name in set(part.frame.columns) - part.blank:
                assert all(cell == cell.strip() for cell in part.frame[name])
        else:
            found += part
    return found


def _height(part):
    return part.frame.height if isinstance(part, Stretch) else len(part)


def _same(body, width, delimiter=","):
    strict, found = _strict(body, width, delimiter), _quick(body, width, delimiter)
    assert [cells for _, cells in found] == [cells for _, cells in strict]
    lines = [(line, known) for (line, _), (known, _) in zip(found, strict, strict=True) if line is not None]
    assert all(line == known for line, known in lines)
    counted = count_quickly(body, delimiter)
    exact = count_records(body.decode(), delimiter, width)
    assert exact == len(strict)
    return counted


_PIECES = st.sampled_from(
    ["a", "b c", "", '"a"', '"a,b"', '"a\nb"', '"a""b"', '""', '"a', 'a"', '"a"b', " ", "\x1c", "é", "\xa0"]
)
_LINES = st.lists(st.lists(_PIECES, min_size=1, max_size=4).map(",".join), max_size=12)


@settings(max_examples=400, deadline=None)
@given(_LINES, st.integers(1, 3), st.booleans(), st.integers(1, 40))
def test_every_text_gives_the_records_of_the_strict_reader(lines, width, ended, piece):
    body = ("\n".join(lines) + "\n" * ended).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "PIECE", piece)
        _same(body, width)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='",\na ', max_size=80), st.integers(1, 3), st.integers(1, 30))
def test_any_text_of_quotes_and_line_ends_gives_the_records_of_the_strict_reader(text, width, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "PIECE", piece)
        _same(text.encode(), width)


def _table(rows, quoting, seed=1):
    chance = random.Random(seed)
    stream = io.StringIO()
    notes = ["plain", "with, comma", 'say "no"', "two\nlines", "", "desk 5"]
    writer = csv.writer(stream, lineterminator="\n", quoting=quoting)
    writer.writerows(
        [f"{i:05}", chance.choice(notes), f"2026-03-{i % 28 + 1:02}", chance.choice("YN")]
        for i in range(rows)
    )
    return stream.getvalue().encode()


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["some quoted", "all quoted"])
def test_a_regular_file_is_read_as_one_frame_and_counted_at_once(quoting):
    body = _table(300, quoting)
    parts = list(read_body(body, ",", 4))
    assert [type(part) for part in parts] == [Stretch]
    assert _same(body, 4) == parts[0].frame.height == 300
    assert parts[0].blank == frozenset()


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_flipped_bytes_gives_the_records_of_the_strict_reader(seed, monkeypatch):
    monkeypatch.setattr(quick, "PIECE", 700)
    chance = random.Random(seed)
    body = bytearray(_table(150, chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), seed))
    for _ in range(chance.randrange(1, 12)):
        body[chance.randrange(len(body))] = chance.choice(b'",\n x')
    _same(bytes(body), 4)


def test_only_the_piece_with_something_odd_is_read_strictly(monkeypatch):
    monkeypatch.setattr(quick, "PIECE", 500)
    body = _table(200, csv.QUOTE_MINIMAL).replace(b"00100,", b"00100,x,", 1)
    parts = list(read_body(body, ",", 4))
    strict = [part for part in parts if isinstance(part, list)]
    assert len(parts) > 5
    assert len(strict) == 1
    assert sum(_height(part) for part in parts) == 200


def test_a_quote_that_is_open_for_more_than_a_hundred_lines_swallows_none(monkeypatch):
    monkeypatch.setattr(quick, "PIECE", 100)
    body = b'a,"b\n' + b"1,2\n" * 150 + b'c",d\n' + b"3,4\n" * 150
    _same(body, 2)
    assert sum(_height(part) for part in read_body(body, ",", 2)) == 302


@pytest.mark.parametrize(
    "body", ["", "\n\n", " \n,,\n", ",\n\na,b\n", "a,b\n\xa0\nc,d", "﻿a,b\n", "\x1c\n1,2"]
)
def test_blank_and_odd_lines_are_counted_as_the_strict_reader_reads_them(body):
    counted = _same(body.encode(), 2)
    assert counted in {None, len(_strict(body.encode(), 2))}


def test_a_cell_longer_than_the_csv_module_reads_is_left_to_it():
    body = b"a," + b"x" * 140_000 + b"\nb,c\n"
    assert regular(body, ",", 2) is None
    _same(body, 2)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^", "§", "."])
def test_every_delimiter_gives_the_records_of_the_strict_reader(delimiter):
    body = _table(60, csv.QUOTE_MINIMAL).decode().replace(",", delimiter).encode()
    _same(body, 4, delimiter)


def test_a_delimiter_at_the_end_of_every_line_does_not_make_a_file_odd():
    body = "".join(f"{GOOD},\n" for _ in range(3)).encode()
    assert regular(body, ",", 9).frame.width == 10
    parsed = read(f"{HEADER},\n" + body.decode())
    assert (parsed.loaded, parsed.rejected) == (3, 0)


def test_footers_and_repeated_headers_among_regular_records_keep_the_numbers():
    parsed = read(f"{HEADER}\n{GOOD}\nTotal,,,,,,,,\n{HEADER}\n\n{GOOD}\n")
    assert rows_of(parsed)["row_no"].to_list() == [1, 4]
    assert (parsed.records, parsed.footers) == (4, 2)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", b"a\nb\nc\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"\xef\xbb\xbfa", b"a"),
        ("é".encode("cp1252"), "é".encode()),
        ("é\n".encode("utf-16"), "é\n".encode()),
        (b"a\0b", b"ab"),
    ],
)
def test_text_becomes_utf_8_with_one_kind_of_line_end(data, text):
    assert normalise(data)[0] == text


@pytest.mark.parametrize("blank", [" ", "\t", "\xa0", "\u2003"])
@pytest.mark.parametrize("cell", ["{}P9", "P9{}", '"{}P9"'])
def test_blanks_around_cells_are_cut_on_the_quick_road(blank, cell):
    rows = [GOOD, GOOD.replace("P9", cell.format(blank), 1), GOOD]
    parsed = read("\n".join([HEADER, *rows, ""]))
    assert parsed.loaded == 3
    names = [name for name in rows_of(parsed).columns if name not in {"row_no", "k"}]
    assert rows_of(parsed)[names].n_unique() == 1
