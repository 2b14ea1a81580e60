"""The relative value file of CMS in each of its layouts: every line is loaded or rejected, and no description gets anywhere."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.cms.layouts import FIXED, LAYOUTS, POINTS, STACKED, layout_of
from assets.intake.cms.read import read_relative_values
from assets.intake.contracts import TABLES
from assets.intake.deliveries import Found, rows_of
from assets.intake.identify import identify
from assets.intake.sources import DEFAULT_SOURCES, Source, sources_from
from assets.settings import load_settings
from tests.intake.cms_files import TEXT, fixed, good, head, line, table, workbook

CMS = next(source for source in reversed(DEFAULT_SOURCES) if source.feed == "fee_schedule")
ROWS = (good("00100", work="0.00"), good("10004"), good("X1234", "26"), good("X1234", "TC", "0.00"))
MAKERS = {"csv": table, "txt": fixed, "xlsx": workbook}


def read(data, name="PPRRVU25_JAN.csv", source=CMS):
    parsed = read_relative_values(
        data, source, name=name, hide=lambda _, value: value, time_zone="America/Chicago"
    )
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def rows(parsed):
    return parsed.tables["fee_schedule"].to_dicts()


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("ending", MAKERS)
def test_every_layout_gives_the_same_rows(ending, year):
    parsed = read(MAKERS[ending](*ROWS, year=year), f"PPRRVU{year}_Jan.{ending}")
    found = rows(parsed)
    assert [(r["procedure_code"], r["modifier"]) for r in found] == [
        ("00100", None), ("10004", None), ("X1234", "26"), ("X1234", "TC"),
    ]  # fmt: skip
    third = found[2]
    assert {(r["release"], r["schedule_year"], r["effective_from"]) for r in found} == {
        (f"{year}A", year, date(year, 1, 1))
    }
    assert [str(third[c]) for c in ("work_rvu", "pe_rvu_nonfacility", "pe_rvu_facility", "mp_rvu")] == [
        "1.250", "2.500", "0.750", "0.100",
    ]  # fmt: skip
    assert (third["total_nonfacility"], third["total_facility"]) == (Decimal("3.85"), Decimal("2.10"))
    assert (third["status_code"], third["pctc_indicator"], third["global_days"]) == ("A", "1", "090")
    shares = [third[f"{part}operative_share"] for part in ("pre", "intra", "post")]
    assert shares == [Decimal("0.10"), Decimal("0.80"), Decimal("0.10")]
    indicators = [
        third[c] for c in ("multiple_procedure", "bilateral", "assistant", "co_surgeons", "team_surgery")
    ]
    assert indicators == ["2", "1", "0", "0", "0"]
    assert third["conversion_factor"] == Decimal("32.3465")
    assert parsed.flags == []


@pytest.mark.parametrize("ending", MAKERS)
def test_no_description_is_in_the_rows_the_rejects_or_the_flags(ending):
    parsed = read(MAKERS[ending](*ROWS, good("BAD"), good("10004")), f"PPRRVU25_JAN.{ending}")
    assert parsed.rejected == 2
    for place in (rows(parsed), parsed.rejects, parsed.flags):
        assert TEXT not in str(place)
    assert "description" not in TABLES["fee_schedule"].column_names


def test_the_page_prints_the_header_that_is_read():
    page = (Path(__file__).parents[2] / "docs" / "formats" / "fee_schedule.md").read_text(encoding="utf-8")
    printed = [[cell.strip() for cell in line.split("|")[2:-1]] for line in page.split("\n") if line.startswith("| ") and line[2].isdigit()]  # fmt: skip
    columns = [row for row in printed if len(row) == STACKED]
    assert layout_of([" ".join(filter(None, row)) for row in columns]) is LAYOUTS[0]


def test_a_line_is_the_length_that_cms_s_lines_have():
    """The January 2025 and April 2026 text files have lines of 173 characters at most, and the points of POINTS in each."""
    for year in (2025, 2026):
        made = line(good("X1234"), year)
        assert len(made) == 171 if year == 2025 else len(made) <= 173
        assert [made[point] for point in POINTS] == ["."] * len(POINTS)
    assert [FIXED[name] for name in ("work_rvu", "conversion_factor")] == [(59, 65), (132, 140)]
    assert [len(layout.columns) for layout in LAYOUTS] == [31, 32]


def test_a_line_as_cms_printed_it_in_april_2026_is_read_in_its_places():
    """A line of PPRRVU2026_Apr_nonQPP.txt with x where the description stood."""
    numbers = "A   5.48   7.45NA   7.45    0.43  13.36 13.360090.10.70.20311009      66710 33.4009 090 99      0.00   0.00   0.00"
    data = f"HDR A NOTICE, INVENTED\n66711  {'x' * 50}{numbers}\n".encode()
    (row,) = rows(read(data, "PPRRVU2026_Apr_nonQPP.txt"))
    money = (
        "work_rvu",
        "pe_rvu_nonfacility",
        "pe_rvu_facility",
        "mp_rvu",
        "total_nonfacility",
        "total_facility",
    )
    assert [f"{row[name]:.2f}" for name in money] == ["5.48", "7.45", "7.45", "0.43", "13.36", "13.36"]
    assert (row["procedure_code"], row["modifier"], row["status_code"], row["global_days"]) == (
        "66711",
        None,
        "A",
        "090",
    )
    assert [row[c] for c in ("pctc_indicator", "multiple_procedure", "bilateral", "assistant", "co_surgeons", "team_surgery")] == [
        "0", "3", "1", "1", "0", "0",
    ]  # fmt: skip
    assert (row["endoscopic_base"], row["conversion_factor"]) == ("66710", Decimal("33.4009"))


def test_a_line_as_cms_printed_it_in_july_2026_is_read_in_its_places():
    """A line of PPRRVU2026_Jul_nonQPP.csv with x where the description stood."""
    line = "0075T,TC,x,C,,0.00,0.00,,0.00,NA,0.00,0.00,0.00,1,XXX,0.00,0.00,0.00,0,0,0,0,0,9,,33.4009,09,0,99,0.00,0.00,0.00"
    data = "\n".join((*head(2026, "July"), line, "")).encode()
    (row,) = rows(read(data, "PPRRVU2026_Jul_nonQPP.csv"))
    assert (row["release"], row["procedure_code"], row["modifier"]) == ("2026C", "0075T", "TC")
    assert (row["status_code"], row["pctc_indicator"], row["global_days"]) == ("C", "1", "XXX")
    assert row["conversion_factor"] == Decimal("33.4009")


def test_lines_as_cms_printed_them_in_january_2025_are_read_in_their_places():
    """Lines of PPRRVU25_JAN.csv with x where the descriptions stood: an endoscopy, a discontinued one, a bundled code, a component."""
    lines = (
        '45385,,"x, x",A,,4.57,8.33,,2.38,,0.56,13.46,7.51,0,000,0.00,0.00,0.00,3,0,1,0,0,45378,32.3465,09,0,99,0.00,0.00,0.00',
        "45378,53,x,A,,1.63,3.22,,0.90,,0.22,5.07,2.75,0,000,0.00,0.00,0.00,2,0,1,0,0,,32.3465,09,0,99,0.00,0.00,0.00",
        "99485,,x,B,+,1.50,0.59,NA,0.59,,0.08,2.17,2.17,9,XXX,0.00,0.00,0.00,9,9,9,9,9,,32.3465,09,0,99,0.00,0.00,0.00",
        "76936,TC,x,A,,0.00,4.91,,4.91,NA,0.03,4.94,4.94,1,XXX,0.00,0.00,0.00,0,0,0,0,0,,32.3465,03,0,99,9.57,9.57,0.06",
    )
    parsed = read("\n".join((*head(), *lines, "," * 30, "")).encode())
    assert (parsed.records, parsed.loaded, parsed.flags) == (4, 4, [])
    shown = ("procedure_code", "modifier", "status_code", "multiple_procedure", "endoscopic_base")
    assert [tuple(row[name] for name in shown) for row in rows(parsed)] == [
        ("45385", None, "A", "3", "45378"), ("45378", "53", "A", "2", None), ("99485", None, "B", "9", None),
        ("76936", "TC", "A", "0", None),
    ]  # fmt: skip
    numbers = ("work_rvu", "pe_rvu_nonfacility", "pe_rvu_facility", "mp_rvu", "total_nonfacility", "total_facility")  # fmt: skip
    assert [[f"{row[name]:.2f}" for name in numbers] for row in rows(parsed)] == [
        ["4.57", "8.33", "2.38", "0.56", "13.46", "7.51"], ["1.63", "3.22", "0.90", "0.22", "5.07", "2.75"],
        ["1.50", "0.59", "0.59", "0.08", "2.17", "2.17"], ["0.00", "4.91", "4.91", "0.03", "4.94", "4.94"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "title", "release", "day"),
    [
        ("PPRRVU24_JAN.csv", (2024, "January"), "2024A", "2024-01-01"),
        ("PPRRVU2026_Jan_nonQPP.csv", (2026, "January"), "2026A", "2026-01-01"),
        ("PPRRVU2026_Jul_QPP.csv", (2026, "July"), "2026C-QPP", "2026-07-01"),
        ("PPRRVU25_OCT.csv", (2025, "October"), "2025D", "2025-10-01"),
        ("PPRRVU26.csv", (2026, "April"), "2026B", "2026-04-01"),
        ("anything.csv", (2025, "October"), "2025D", "2025-10-01"),
    ],
)
def test_title_and_name_say_the_release(name, title, release, day):
    parsed = read(table(*ROWS, year=title[0], month=title[1]), name)
    assert {(r["release"], r["effective_from"].isoformat()) for r in rows(parsed)} == {(release, day)}
    assert parsed.flags == []


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("PPRRVU2026_Apr_nonQPP.txt", "2026B"),
        ("RVU26AR/PPRRVU26.txt", "2026A"),
        ("rvu25d_0/PPRRVU.txt", "2025D"),
    ],
)
def test_a_text_file_has_no_title_so_its_name_or_folder_says_the_release(name, release):
    assert {r["release"] for r in rows(read(fixed(*ROWS), name))} == {release}


def test_the_title_wins_over_the_name_and_a_difference_is_told():
    parsed = read(table(*ROWS, month="April"), "PPRRVU25_JAN.csv")
    assert {r["release"] for r in rows(parsed)} == {"2025B"}
    assert [flag.code for flag in parsed.flags] == ["RELEASE_DISAGREES"]


def test_what_the_source_says_wins():
    source = Source(
        "fee_schedule", ".", constants={"release": "2025A-corrected", "effective_from": "2025-03-09"}
    )
    found = rows(read(table(*ROWS, month="April"), source=source))
    assert {(r["release"], r["schedule_year"], r["effective_from"]) for r in found} == {
        ("2025A-corrected", 2025, date(2025, 3, 9))
    }
    only = Source("fee_schedule", ".", constants={"release": "2024D"})
    assert {r["effective_from"] for r in rows(read(fixed(*ROWS), "x.txt", only))} == {date(2024, 10, 1)}


@pytest.mark.parametrize(
    ("constants", "said"),
    [({}, "neither the name nor the title"), ({"effective_from": "9 March"}, "constants.effective_from")],
)
def test_a_file_of_no_known_release_is_refused_with_what_helps(constants, said):
    assert said in read(fixed(*ROWS), "PPRRVU.txt", Source("fee_schedule", ".", constants=constants)).unusable


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("PRE,INTRA,POST", "INTRA,PRE,POST"), "column 16 is called 'INTRA OP', expected 'PRE OP'"),
        ((",WORK,NON-FAC", ",,NON-FAC"), "column 6 is called 'RVU', expected 'WORK RVU'"),
        (("RVU,TOTAL,TOTAL", "RVU,TOTAL"), "column 13 is called"),
        (
            (",WORK,NON-FAC", ",ROE JANE,NON-FAC"),
            "column 6 is called something that no release has, expected 'WORK RVU'",
        ),
        (("HCPCS,MOD", "CPT,MOD"), "whose last line begins with HCPCS, MOD"),
    ],
)
def test_an_unknown_header_is_refused_with_what_was_found_and_expected(change, said):
    data = table(*ROWS).replace(change[0].encode(), change[1].encode())
    parsed = read(data)
    assert said in parsed.unusable
    assert TEXT not in parsed.unusable
    assert len(parsed.tables) == 0


def test_the_lines_stacked_above_the_last_one_are_verified():
    lost = b"\r\n".join(line for line in table(*ROWS).split(b"\r\n") if not line.startswith(b",,,STATUS"))
    assert "expected 'STATUS CODE'" in read(lost).unusable


@pytest.mark.parametrize("year", [2022, 2026])
def test_a_header_of_its_last_line_is_read_by_the_order_of_the_columns_and_told(year):
    """So lies an April 2022 table in somebody's repository, with STATUS put back before CODE; titles are gone with the rest."""
    *_, last = head(year)
    whole = table(*ROWS, year=year, end="\n").decode()
    cut = whole[whole.index(last) :].replace("DESCRIPTION,CODE", "DESCRIPTION,STATUS CODE").encode()
    parsed = read(cut, f"PPRRVU{year % 100}_APR.csv")
    assert [flag.code for flag in parsed.flags] == ["HEADER_CUT"]
    assert {(r["release"], r["effective_from"]) for r in rows(parsed)} == {(f"{year}B", date(year, 4, 1))}
    before = rows(read(whole.encode(), f"PPRRVU{year % 100}_APR.csv"))
    told = ("release", "effective_from")
    assert [{k: v for k, v in r.items() if k not in told} for r in rows(parsed)] == [
        {k: v for k, v in r.items() if k not in told} for r in before
    ]


@pytest.mark.parametrize(
    "change", [("PROC,SURG", "SURG,PROC"), ("RVU,TOTAL,TOTAL", "RVU,TOTAL"), ("BASE,FACTOR", "FACTOR,BASE")]
)
def test_a_last_line_of_other_columns_is_refused(change):
    data = table(*ROWS, end="\n").decode()
    cut = data[data.index(head()[-1]) :].replace(*change)
    assert "the header is not that of a known release" in read(cut.encode()).unusable


def test_a_file_whose_header_is_cut_off_is_refused_without_a_word_of_its_rows():
    said = read(b"99213,Office o/p est low 20 min,A,1.30,99.9999\n").unusable
    assert "the first line with text has 5 filled cells" in said
    assert not [word for word in ("Office", "99213", "1.30") if word in said]


def test_a_table_of_other_columns_by_that_name_is_refused():
    assert "found none" in read(b"code;price\nX1234;12.00\n").unusable
    assert "decimal points" in read(b"HDR A NOTICE\nX1234 12.00\n", "PPRRVU25_JAN.txt").unusable
    assert "empty" in read(b"").unusable
    assert "workbook" in read(workbook(*ROWS)[:900], "PPRRVU25_JAN.xlsx").unusable


def test_damaged_lines_of_a_table_are_rejected_with_place_and_reason():
    short = b"X9999,,cut short,A,,1.00\r\n"
    parsed = read(
        table(good("10004"), good("1000!"), good("10005", work="n/a"), good("10006", work="")) + short
    )
    assert [(r.row_no, r.column) for r in parsed.rejects] == [
        (2, "procedure_code"),
        (3, "work_rvu"),
        (4, "work_rvu"),
        (5, ""),
    ]
    assert parsed.loaded == 1


@pytest.mark.parametrize("ending", MAKERS)
@pytest.mark.parametrize("text", [TEXT, f"{TEXT}, with a comma"])
def test_the_empty_last_line_of_cms_is_no_record(ending, text, monkeypatch):
    """CMS's table ends with a line of 30 commas: as everywhere, a record is a line that is not blank."""
    monkeypatch.setattr("tests.intake.cms_files.SHOWN", text)
    empty = {"csv": b"," * 30 + b"\r\n", "txt": b"     \n"}
    whole = MAKERS[ending](*ROWS, last=True) if ending == "xlsx" else MAKERS[ending](*ROWS) + empty[ending]
    parsed = read(whole, f"PPRRVU25_JAN.{ending}")
    assert (parsed.records, parsed.loaded, parsed.rejected, parsed.footers) == (4, 4, 0, 0)
    assert parsed.flags == []
    assert rows(parsed) == rows(read(MAKERS[ending](*ROWS), f"PPRRVU25_JAN.{ending}"))


def test_blank_lines_inside_the_table_move_no_record_and_take_no_number():
    lines = table(good("10004"), good("BAD"), good("10006"), end="\n").decode().split("\n")
    lines[-3:-3] = ["," * 30, ""]
    parsed = read("\n".join(lines).encode())
    assert [(r.row_no, r.column) for r in parsed.rejects] == [(2, "procedure_code")]
    assert [(r["row_no"], r["procedure_code"]) for r in rows(parsed)] == [(1, "10004"), (3, "10006")]


def test_the_second_line_of_a_code_and_modifier_is_rejected_and_names_the_first():
    parsed = read(table(good("10004"), good("10004", "26"), good("10004", work="9.99"), good("10004", "26")))
    assert [(r.row_no, r.reason.rpartition(" ")[2]) for r in parsed.rejects] == [(3, "1"), (4, "2")]
    assert [str(r["work_rvu"]) for r in rows(parsed)] == ["1.250", "1.250"]


def test_a_line_of_the_text_file_whose_columns_are_shifted_is_rejected():
    data = fixed(good("10004"), good("10005"), good("10006")).replace(b"10005", b"10005 ")
    parsed = read(data, "PPRRVU25_JAN.txt")
    assert [r.row_no for r in parsed.rejects] == [2]
    assert [r["procedure_code"] for r in rows(parsed)] == ["10004", "10006"]


def test_trailer_lines_and_late_header_lines_are_counted_as_footers():
    parsed = read(fixed(*ROWS, trailer="TRL 0004\nHDR again"), "PPRRVU25_JAN.txt")
    assert (parsed.records, parsed.loaded, parsed.footers) == (6, 4, 2)
    assert read(fixed(*ROWS, headers=0), "PPRRVU25_JAN.txt").records == 4


def test_zeros_that_a_spreadsheet_took_away_are_put_back_and_told():
    parsed = read(table(good("100", work="0.00"), good("10004")))
    assert [r["procedure_code"] for r in rows(parsed)] == ["00100", "10004"]
    assert [flag.code for flag in parsed.flags] == ["LOST_ZEROS"]


lines = st.lists(
    st.one_of(
        st.builds(good, st.from_regex(r"[A-Z0-9]{4,6}", fullmatch=True), st.sampled_from(("", "26", "TC"))),
        st.builds(
            good,
            st.sampled_from(("10004", "00100", "G0105")),
            work=st.sampled_from(("", "x", "1.00", "999.99")),
        ),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(lines, st.sampled_from(("csv", "txt")), st.data())
def test_no_line_is_lost_whatever_is_in_it(made, ending, data):
    """Lines are damaged in the middle too: cut, or with a quote that is never closed."""
    text = MAKERS[ending](*made, end="\n") if ending == "csv" else fixed(*made)
    body = text.decode().rstrip("\n").split("\n")
    above = len(head()) if ending == "csv" else 7
    for _ in range(data.draw(st.integers(0, 2))):
        if len(body) > above:
            at = data.draw(st.integers(above, len(body) - 1))
            cut = data.draw(st.integers(1, len(body[at])))
            body[at] = data.draw(st.sampled_from((body[at][:cut], body[at][:cut] + '"' + body[at][cut:])))
    parsed = read("\n".join((*body, "")).encode(), f"PPRRVU25_JAN.{ending}")
    if parsed.unusable is None:
        filled = [line for line in body[above:] if line.strip(" ,")]
        # A quote that is never closed joins lines into one record: it may swallow lines, and is then itself a reject.
        assert parsed.records <= len(filled)
        assert parsed.records == len(filled) or (ending == "csv" and any('"' in line for line in filled))
        places = [r["row_no"] for r in rows(parsed)] + [r.row_no for r in parsed.rejects]
        assert len(places) == len(set(places)) == parsed.records - parsed.footers


def test_files_are_known_by_name_or_by_first_lines():
    for name, data in (
        ("PPRRVU2026_Jan_nonQPP.csv", b"whatever"), ("rvu.csv", table(*ROWS)), ("rvu.dat", fixed(*ROWS)), ("PPRRVU24_JAN.xlsx", b"PK"),
    ):  # fmt: skip
        found = identify(name, data, DEFAULT_SOURCES)
        assert (found.kind, found.feed) == ("export", "fee_schedule"), name
    own = identify("fee_schedule_20260101.csv", b"release,HCPCS\n", DEFAULT_SOURCES)
    assert (own.kind, own.feed) == ("export", "fee_schedule")


@pytest.mark.parametrize(
    "name",
    [
        "GPCI2026.csv",
        "OPPSCAP_Jan.txt",
        "ANES2026.xlsx",
        "26LOCCO.csv",
        "RVU26A.pdf",
        "RVU26A/RVU26A.docx",
        "PPRRVU2026_Jan_QPP.csv",
    ],
)
def test_what_cms_packs_around_it_is_told_as_not_needed(name):
    found = identify(name, b"anything", DEFAULT_SOURCES)
    assert found.kind == "not_needed"
    assert found.reason.startswith("not needed: ")
    assert not found.feed


def test_a_source_of_its_own_reads_the_variant_of_qualifying_participants():
    sources = sources_from([{"feed": "fee_schedule", "pattern": "_QPP"}])
    found = identify("PPRRVU2026_Jan_QPP.csv", table(*ROWS), sources)
    assert (found.kind, found.source) == ("export", sources[0])
    # By its first lines alone a file is not of somebody's special source.
    assert identify("rvu.csv", table(*ROWS), sources).source is CMS


def test_of_an_archive_one_format_of_the_release_is_read(tmp_path):
    place = tmp_path / "rvu25a.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for name, data in (
            ("PPRRVU25_JAN.xlsx", workbook(*ROWS)), ("PPRRVU25_JAN.csv", table(*ROWS)), ("PPRRVU25_JAN.txt", fixed(*ROWS)),
            ("GPCI2025.csv", b"x"), ("notes.md", b"x"),
        ):  # fmt: skip
            archive.writestr(name, data)
    found = Found("rvu25a.zip", date(2026, 3, 2), place.stat().st_size, 0, place)
    fates = {
        row.path.rpartition("!")[2]: (row.status, row.reason)
        for row in rows_of(load_settings(None), DEFAULT_SOURCES, found)
    }
    assert fates["PPRRVU25_JAN.csv"] == ("pending", None)
    for name in ("PPRRVU25_JAN.xlsx", "PPRRVU25_JAN.txt"):
        assert fates[name] == (
            "not_needed",
            "not needed: PPRRVU25_JAN.csv of the same archive holds the same",
        )
    assert fates["GPCI2025.csv"][0] == "not_needed"
    assert fates["notes.md"][0] == "unknown"
