"""The workbook, read back by a reader that is not its writer: cells, types, safety, and the same bytes again."""

import re
import zipfile
from datetime import date

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from assets.published.swap import DATABASE
from assets.published.workbook import WORKBOOK, write_workbook
from assets.published.workbook_lists import ROLE_NAMES

LIMITS = "".join(
    f"{x} double, {x}_low double, {x}_high double, " for x in ("acceptable", "strong", "exceptional")
)
SCHEMA = f"""
create table about (office text, first_delivery date, last_delivery date, files bigint, records bigint, version_id text, as_of date);
create table bands (role text, complexity text, stage text, unit text, {LIMITS} contributors text, status text, reasons text,
    effective_from date, as_of date, version_id text, definition_id text);
create table companion_bands (definition_id text, role text, complexity text, stage text, unit text, good text, {LIMITS}
    contributors text, status text, reasons text, as_of date, version_id text);
create table effort (definition_id text, period_kind text, period date, role text, complexity text, value double, reason text);
create table outcomes (definition_id text, period_kind text, period date, group_kind text, group_id text, value double, reason text);
create table durations (definition_id text, period_kind text, period date, group_kind text, group_id text, n_cases bigint,
    n_closed bigint, n_open bigint, unit text, median double, p90 double, target double, share_within_target double, reason text);
create table data_quality (delivery_date date, feed text, files bigint, loaded_files bigint, pending_files bigint,
    held_files bigint, unusable_files bigint, repeated_files bigint, records bigint, loaded bigint, rejected bigint, flags bigint);
create table feedback (version_id text, role text, kind text, entries bigint, people bigint, reason text);
create table definitions (definition_id text, catalogue text, name text, meaning text, role text, numerator text,
    denominator text, exclusions text, method text, parameters text, unit text, good text, grain text, feeds text,
    availability text, version text);
"""
ROWS = """
insert into about values ('Oak & Elm (synthetic)', '2026-03-02', '2026-06-29', 12, 3400, 'abc', '2026-06-29');
insert into bands values
    ('coder', 'high', '0-90', 'charts per hour', 3, 2, 4, 5, 4, 6, 7, 6, 8, '5-10', 'provisional', 'interval too wide', null, '2026-06-29', 'abc', 'output_per_hour.coder'),
    ('coder', 'low', '91-180', 'charts per hour', 9, 8, 10, 11, 10, 12, 13, 12, 14, '11-20', 'adopted', '', '2026-06-30', '2026-06-29', 'abc', 'output_per_hour.coder'),
    ('coder', 'low', '0-90', 'charts per hour', null, null, null, null, null, null, null, null, null, '<5', 'withheld', 'fewer than 5 contributors', null, '2026-06-29', 'abc', 'output_per_hour.coder');
insert into companion_bands values ('avoidable_touch_share', 'coder', 'low', '0-90', 'share', 'down', .3, .2, .4, .2, .1, .3, .1, .05, .2,
    '5-10', 'proposed', '', '2026-06-29', 'abc');
insert into definitions values
    ('output_per_hour.coder', '1', 'Charts per hour', 'meaning', 'coder', 'charts', 'hours', 'none', 'ratio', '', 'charts per hour', 'up', 'day', 'work_log', 'available', '1'),
    ('initial_denial_rate.lines', '2', 'Denied lines', 'meaning', 'all', 'n', 'd', 'x', 'share', '', 'share', 'down', 'day', '835', 'available', '1'),
    ('initial_denial_rate.dollars', '2', 'Denied dollars', 'meaning', 'all', 'n', 'd', 'x', 'share', '', 'share', 'down', 'day', '835', 'available', '1'),
    ('days_in_ar.gross', '3', 'Days in A/R', 'meaning', 'all', 'n', 'd', 'x', 'stock', '', 'days', 'down', 'day', 'accounts', 'available', '1');
insert into effort values ('output_per_hour.coder', 'month', '2026-05-01', 'coder', 'low', 8.5, null),
    ('output_per_hour.coder', '3_months', '2026-06-30', 'coder', 'low', null, 'fewer than 5 contributors');
insert into outcomes values
    ('initial_denial_rate.lines', 'month', '2026-05-01', 'all', 'all', .125, null), ('initial_denial_rate.dollars', 'month', '2026-05-01', 'all', 'all', .25, null),
    ('days_in_ar.gross', 'as_of', '2026-05-24', 'all', 'all', 40, null), ('days_in_ar.gross', 'as_of', '2026-05-31', 'all', 'all', 41.5, null),
    ('initial_denial_rate.lines', '90_days', '2026-06-22', 'payer', 'P1', .75, null), ('initial_denial_rate.lines', '90_days', '2026-06-29', 'payer', 'P1', .5, null);
insert into feedback values ('abc', 'coder', 'approval', null, null, 'fewer than 5 people'), ('abc', 'coder', 'dispute', 9, 6, null);
insert into data_quality values ('2026-05-04', '835', 2, 1, 0, 1, 0, 0, 100, 90, 10, 3), ('2026-05-05', '835', 1, 1, 0, 0, 0, 0, 100, 100, 0, 0);
"""


@pytest.fixture
def folder(tmp_path):
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute(SCHEMA + ROWS)
    return tmp_path


def read(folder, sheet):
    """Return the rows of a sheet from its heads on, each as a dictionary."""
    rows = CalamineWorkbook.from_path(str(folder / WORKBOOK)).get_sheet_by_name(sheet).to_python()
    if sheet == "About":
        return rows
    heads = next(place for place, row in enumerate(rows) if place >= 3)
    return [dict(zip(rows[heads], row, strict=True)) for row in rows[heads + 1 :]]


def xml(folder, name):
    with zipfile.ZipFile(folder / WORKBOOK) as archive:
        return archive.read(name).decode()


def change(folder, sql, *values):
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute(sql, list(values))


def test_every_role_has_its_sheets_and_the_definitions_stand_last(folder):
    write_workbook(folder)
    names = CalamineWorkbook.from_path(str(folder / WORKBOOK)).sheet_names
    assert names[0] == "About"
    assert names[-1] == "Definitions"
    assert {f"{name}{end}" for name in ROLE_NAMES.values() for end in ("", " effort")} <= set(names)


def test_bands_stand_by_complexity_and_stage_with_intervals_status_and_typed_cells(folder):
    write_workbook(folder)
    rows = read(folder, "Coding")
    assert [(r["What"], r["Complexity"], r["Days in role"], r["Status"]) for r in rows] == [
        ("Bands of output", "low", "0-90", "withheld"), ("Bands of output", "low", "91-180", "adopted"),
        ("Bands of output", "high", "0-90", "provisional"), ("Companion bands", "low", "0-90", "proposed"),
    ]  # fmt: skip
    adopted = rows[1]
    assert (adopted["Acceptable"], adopted["Acceptable low"], adopted["Exceptional high"]) == (
        9.0,
        8.0,
        14.0,
    )
    assert adopted["In force from"] == date(2026, 6, 30)
    assert rows[0]["Acceptable"] == ""
    assert rows[0]["Why"] == "fewer than 5 contributors"
    assert rows[3]["Better is"] == "less"


def test_variants_of_denials_and_days_in_ar_stand_side_by_side_by_period_and_group(folder):
    write_workbook(folder)
    total, payer = read(folder, "Key outcomes")
    assert (total["Period"], total["Denied lines"], total["Denied dollars"], total["Days in A/R"]) == (
        "2026-05", .125, .25, 41.5,
    )  # fmt: skip
    assert (payer["Period"], payer["Which"], payer["Denied lines"]) == ("last 90 days", "P1", 0.5)


def test_an_empty_effort_number_says_why(folder):
    write_workbook(folder)
    (row,) = read(folder, "Coding effort")
    assert (row["2026-05"], row["Why the newest is empty"]) == (8.5, "fewer than 5 contributors")


def test_deliveries_are_added_up_by_month_and_feed(folder):
    write_workbook(folder)
    (row,) = read(folder, "Data quality")
    assert (row["Files"], row["Held"], row["Records"], row["Rejected share"]) == (3, 1, 200, 0.05)


def test_feedback_is_counted_disputes_first_and_says_why_a_count_is_missing(folder):
    write_workbook(folder)
    dispute, approval = read(folder, "Feedback")
    assert (dispute["Role"], dispute["Kind"], dispute["Entries"], dispute["People"]) == (
        "Coding",
        "dispute",
        9,
        6,
    )
    assert (approval["People"], approval["Why empty"]) == ("", "fewer than 5 people")
    assert ["Feedback", "fewer than 5 people", 1.0] in read(folder, "About")


def test_the_cover_names_office_and_withheld_cells_and_that_the_office_is_synthetic(folder):
    write_workbook(folder)
    text = [cell for row in read(folder, "About") for cell in row]
    assert "Oak & Elm (synthetic)" in text
    assert "Synthetic" in text
    assert date(2026, 6, 29) in text
    assert ["Bands of output", "fewer than 5 contributors", 1.0] in read(folder, "About")
    change(folder, "update about set office = 'Oak and Elm'")
    write_workbook(folder)
    assert "Synthetic" not in [cell for row in read(folder, "About") for cell in row]


def test_sheets_are_frozen_filtered_landscape_and_repeat_their_heads_on_paper(folder):
    write_workbook(folder)
    sheet, book, styles = (
        xml(folder, "xl/worksheets/sheet2.xml"),
        xml(folder, "xl/workbook.xml"),
        xml(folder, "xl/styles.xml"),
    )
    assert '<pane xSplit="4" ySplit="4"' in sheet
    assert '<autoFilter ref="A4:V8"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Page &amp;P of &amp;N" in sheet
    assert "Oak &amp;&amp; Elm" in sheet
    assert "_xlnm.Print_Titles" in book
    assert "$4:$4" in book
    assert sheet.count("<cfRule") == 7
    assert "0.0%" in styles


def test_the_same_tables_make_the_same_bytes_and_another_value_makes_others(folder):
    assert write_workbook(folder)
    first = (folder / WORKBOOK).read_bytes()
    stamp = (folder / WORKBOOK).stat().st_mtime_ns
    assert not write_workbook(folder)
    assert (folder / WORKBOOK).stat().st_mtime_ns == stamp
    assert "2026-06-29T00:00:00Z" in xml(folder, "docProps/core.xml")
    change(folder, "update bands set acceptable = 9.5 where status = 'adopted'")
    assert write_workbook(folder)
    assert (folder / WORKBOOK).read_bytes() != first
    assert not list(folder.glob(".*"))


def test_a_failure_leaves_the_workbook_that_stood(folder, monkeypatch):
    write_workbook(folder)
    first = (folder / WORKBOOK).read_bytes()
    change(folder, "update about set office = 'Another'")

    def fails(*_arguments):
        raise RuntimeError("power cut")

    monkeypatch.setattr("assets.published.workbook._cover", fails)
    with pytest.raises(RuntimeError, match="power cut"):
        write_workbook(folder)
    assert (folder / WORKBOOK).read_bytes() == first


RISKY = ('=HYPERLINK("http://x","y")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "{=1}", "http://x", "007")


def _told(folder, texts):
    """Put texts into the reasons of bands and return them as the workbook tells them."""
    for text in texts:
        change(
            folder,
            "insert into bands by name select 'coder' as role, 'h' as unit, ? as reasons, 'x' as definition_id",
            text,
        )
    write_workbook(folder)
    return [row["Why"] for row in read(folder, "Coding") if row["Definition"] == "x"]


def test_text_is_never_a_formula_a_link_or_a_number(folder):
    change(folder, "update about set office = '=cmd()'")
    assert sorted(text.replace("_x000D_", "\r") for text in _told(folder, RISKY)) == sorted(RISKY)
    assert read(folder, "About")[0][0] == "=cmd()"
    for name in zipfile.ZipFile(folder / WORKBOOK).namelist():
        if name.startswith("xl/worksheets/sheet"):
            assert "<f>" not in xml(folder, name)
            assert not re.search(r"<hyperlink [^>]*r:id", xml(folder, name))


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited(folder):
    write_workbook(folder)
    assert "quotePrefix" not in xml(folder, "xl/styles.xml")
    _told(folder, ["-1+2"])
    assert "quotePrefix" in xml(folder, "xl/styles.xml")


TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1), min_size=9, max_size=9
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS)
def test_any_text_comes_back_as_it_was(folder, texts):
    change(folder, "delete from bands where definition_id = 'x'")
    assert sorted(_told(folder, texts)) == sorted(texts)


def test_an_office_with_nothing_yet_has_a_workbook_that_says_so(folder):
    for table in (
        "bands",
        "companion_bands",
        "effort",
        "outcomes",
        "durations",
        "data_quality",
        "feedback",
        "definitions",
    ):
        change(folder, f"delete from {table}")
    change(
        folder,
        "update about set first_delivery = null, last_delivery = null, version_id = null, as_of = null",
    )
    write_workbook(folder)
    assert [row["What"] for row in read(folder, "Coding")] == ["Nothing yet."]


def test_a_row_whose_text_wraps_is_as_tall_as_its_lines(folder):
    change(
        folder,
        "update bands set reasons = 'season unknown: no prior year; interval too wide; too few people'",
    )
    write_workbook(folder)
    heights = dict(re.findall(r'<row r="(\d+)"[^>]* ht="([\d.]+)"', xml(folder, "xl/worksheets/sheet2.xml")))
    assert heights["5"] == heights["4"]
    change(folder, "update bands set reasons = 'short'")
    write_workbook(folder)
    assert not re.search(r'<row r="5"[^>]* ht=', xml(folder, "xl/worksheets/sheet2.xml"))
