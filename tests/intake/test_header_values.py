"""A header line that a record was joined to: nothing of the record is shown, and the file does not pass as an empty one."""

import pytest

from tests.intake.exporting import GOOD, HEADER, read, source_of


@pytest.mark.parametrize("end", ["", "\x1d", "\x0b", " "])
def test_a_record_joined_to_the_header_makes_the_file_unusable_and_is_not_shown(end):
    lines = (f"{HEADER},memo", f"{GOOD},x", f"{GOOD.replace('D1', 'JANE ROE')},x")
    parsed = read(end.join((*lines, "")))
    assert "line end" in parsed.unusable
    assert parsed.flags == []
    assert not [
        cell for cell in ("D1", "125.50", "JANE ROE", "00100", "2026-03-02") if cell in parsed.unusable
    ]


@pytest.mark.parametrize(
    "value", ["2026-03-02", "3/2/2026", "12.50", "$1,200.00", "(3.00)", "2026-03-02 09:00"]
)
def test_a_header_that_reads_like_a_value_is_one_unless_the_source_ignores_it(value):
    text = f'{HEADER},"{value}"\n{GOOD},x\n'
    assert "line end" in read(text).unusable
    assert read(text, source=source_of("deposits", ignore=(value,))).loaded == 1


@pytest.mark.parametrize("name", ["2026", "0-30", "31-60", "Level 2", "Week 10", "Q1/26", "v1.2"])
def test_headers_with_digits_are_headers(name):
    assert read(f"{HEADER},{name}\n{GOOD},x\n").loaded == 1


def test_of_a_header_with_a_long_number_only_the_shape_is_shown():
    flags = read(f"{HEADER},Roe1964\tX 12,Level 2\n{GOOD},x,y\n").flags
    assert [flag.message.split("'")[1] for flag in flags if flag.code == "EXTRA_COLUMN"] == [
        "AAA9999 A 99",
        "Level 2",
    ]
