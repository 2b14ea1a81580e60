"""Proposed mappings: what they say, that they can be used, and that no cell is ever shown."""

import io
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from assets.intake.contracts import EXPORTS, TABLES
from assets.intake.contracts.model import day, moment, money, number, text
from assets.intake.grid import Unusable
from assets.intake.habits import Habit, can_be, habit_of
from assets.intake.named import date_in_name, with_any_month
from assets.intake.propose import checked, propose
from assets.intake.resemblance import likeness, matches
from pipelines.sources import sources_app
from tests.intake.exporting import GOOD, HEADER, read

SYNTHEA = Path(__file__).parents[3] / "shared" / "samples" / "synthea"
TODAY = date(2026, 6, 2)
AUDIT = """Audit trail of office 1
Log #;User ID;Item Type;Item ID;Claim Number;Action;Result;Start Time;End Time;Patient Name
1001;zz-jdoe;claim;C-1;C-1;enter;completed;13/06/2026 08:00;13/06/2026 08:06;Zz Yy
1002;zz-jdoe;claim;C-2;C-2;enter;completed;01/06/2026 08:06;01/06/2026 08:15;Zz Ww
End of report;2 records
"""


def test_a_proposal_without_questions_reads_the_file_at_once():
    proposal = propose("PM_Audit_20260601_v2.csv", AUDIT.encode())
    assert (proposal.feed, proposal.open_questions) == ("work_log", 0), proposal.text
    source = checked(proposal)[0]
    assert source.matches("PM_Audit_20260602.csv")
    assert source.covers("PM_Audit_20260602.csv").isoformat() == "2026-06-02"
    parsed = read(AUDIT, TABLES["work_log"], source)
    assert (parsed.unusable, parsed.loaded, parsed.footers, parsed.rejects) == (None, 2, 1, [])


def test_a_proposal_shows_names_of_columns_and_never_cells():
    text = propose("PM_Audit_20260601.csv", AUDIT.encode(), "work_log").text
    assert 'ignore = ["Patient Name"]' in text
    assert not re.search(r"zz|jdoe|C-1|1001|13/06", text, re.IGNORECASE)


@pytest.mark.parametrize("table", EXPORTS, ids=lambda table: table.name)
def test_a_header_in_the_contract_s_own_words_is_the_feed_s(table):
    filled = {"VARCHAR": "A", "DATE": "2026-03-13", "TIMESTAMPTZ": "2026-03-13 09:00", "BOOLEAN": "Y"}
    cells = ("1888800010" if c.name.endswith("npi") else filled.get(c.type, "1") for c in table.columns)
    rows = [",".join(table.column_names), ",".join(cells)]
    proposal = propose(f"{table.feed}_20260302.csv", "\n".join(rows).encode())
    assert (proposal.feed, proposal.open_questions) == (table.feed, 0), proposal.text
    assert checked(proposal)[0].feed == table.feed


def test_a_file_that_may_be_several_feeds_lists_them():
    proposal = propose("export.csv", b"User,Start,End\na,2026-03-02 08:00,2026-03-02 09:00\n")
    assert proposal.feed == ""
    assert len(proposal.candidates) == 3
    assert "--feed" in proposal.text


def test_an_uncertain_alias_is_a_comment_with_a_question_mark():
    text = "Deposit #,Amount,Received,Last Change\n1,5,2026-03-02,2026-03-02 09:00\n"
    proposal = propose("d.csv", text.encode(), "deposits")
    assert "updated_at" not in checked(proposal)[0].aliases.values()
    assert proposal.open_questions >= 1
    assert "# required: updated_at" in proposal.text
    assert "(perhaps Last Change)?" in proposal.text


def test_an_ambiguous_order_of_days_and_months_is_asked_and_not_chosen():
    text = f"{HEADER}\n" + GOOD.replace("2026-03-02,", "03.02.2026,", 1) + "\n"
    proposal = propose("deposits_20260302.csv", text.encode())
    assert "received_on" in proposal.text
    assert proposal.open_questions == 0  # dots are written day first only
    text = f"{HEADER}\n" + GOOD.replace("2026-03-02,", "03-02-2026,", 1) + "\n"
    proposal = propose("deposits_20260302.csv", text.encode())
    assert proposal.open_questions == 1
    assert checked(proposal)[0].formats == {}


def test_a_workbook_and_a_parquet_file_are_proposed_too():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Cover").write(0, 0, "Office")
    sheet = book.add_worksheet("Data")
    for i, row in enumerate(([], HEADER.split(","), GOOD.split(","))):
        sheet.write_row(i, 0, row)
    book.close()
    proposal = propose("deposits 2026-03-02.xlsx", stream.getvalue())
    assert (proposal.feed, proposal.open_questions) == ("deposits", 0), proposal.text
    assert checked(proposal)[0].covers("deposits 2026-03-05.xlsx").isoformat() == "2026-03-05"
    parquet = io.BytesIO()
    pl.DataFrame({name: ["1"] for name in HEADER.split(",")}).write_parquet(parquet)
    assert propose("deposits.parquet", parquet.getvalue()).feed == "deposits"


@pytest.mark.parametrize("data", [b"", b" \n", b"1,2\n3,4\n", b"PK\x03\x04xx"])
def test_a_file_without_a_header_is_refused(data):
    with pytest.raises(Unusable):
        propose("x.csv", data)


def test_an_unknown_feed_is_named():
    with pytest.raises(ValueError, match="no export feed is called 'charges'"):
        propose("x.csv", AUDIT.encode(), "charges")


@pytest.mark.skipif(not SYNTHEA.exists(), reason="the public samples are not here")
def test_a_public_export_gets_a_sensible_proposal():
    data = (SYNTHEA / "claims_transactions.csv").read_bytes()
    assert propose("claims_transactions.csv", data).candidates[0][0] == "payments"
    proposal = propose("claims_transactions.csv", data, "payments")
    assert checked(proposal)[0].aliases["CLAIMID"] == "pcn"
    assert '"PATIENTID"' in proposal.text
    assert re.search(r"# required: posted_at.*perhaps FROMDATE, TODATE\)\?", proposal.text)


@pytest.mark.parametrize(
    ("column", "cells", "form", "asks"),
    [
        (day("d", ""), ["13/02/2026", "01/02/2026"], "%d/%m/%Y", ""),
        (day("d", ""), ["02/13/2026", "02/01/2026"], "", ""),
        (day("d", ""), ["02/01/2026"], "", "day first or month first"),
        (day("d", ""), ["13/02/2026", "02/13/2026"], "", "mixed"),
        (day("d", ""), ["2026-02-13"], "", ""),
        (day("d", ""), ["20260213"], "%Y%m%d", ""),
        (day("d", ""), ["46026"], "", "spreadsheets"),
        (day("d", ""), ["soon"], "", "no known format"),
        (moment("d", ""), ["13-Feb-2026 02:05 PM"], "%d-%b-%Y %I:%M %p", ""),
        (money("m", ""), ["1.234,56", "7"], "decimal_comma", ""),
        (money("m", ""), ["1,234.56"], "", ""),
        (number("paid_min", ""), ["1:30"], "", "h:mm"),
        (money("m", ""), ["yes"], "", "no numbers"),
    ],
)
def test_cells_tell_their_format_or_ask(column, cells, form, asks):
    habit = habit_of(column, cells)
    assert habit.form == form
    assert asks in habit.question
    assert bool(asks) == bool(habit.question)


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("a_20260302", ["%Y%m%d"]),
        ("a_03022026", ["%m%d%Y", "%d%m%Y"]),
        ("a_13022026", ["%d%m%Y"]),
        ("a-2026-03-02", ["%Y-%m-%d"]),
        ("CHG_RVW_DTL_060126", ["%m%d%y", "%d%m%y"]),
        ("CHG_RVW_DTL_052526", ["%m%d%y"]),
        ("a_251231", ["%y%m%d"]),
        ("a_03-02-2026", ["%m-%d-%Y", "%d-%m-%Y"]),
        ("a_25_12_2025", ["%d_%m_%Y"]),
        ("a_05.25.26", ["%m.%d.%y"]),
        ("a_19990302", ["%Y%m%d"]),
        ("a_12345678901", []),
        ("a_999999", []),
        ("a", []),
    ],
)
def test_every_plausible_reading_of_the_date_in_a_name_is_found(name, forms):
    dated = date_in_name(name, TODAY)
    assert list(dated.forms if dated else ()) == forms


def test_a_date_long_after_the_file_was_written_is_not_plausible():
    assert date_in_name("a_250630", TODAY).forms == ("%y%m%d",)
    assert "%d%m%y" in date_in_name("a_250630").forms


@pytest.mark.parametrize(
    ("name", "tomorrow", "day"),
    [("CHG_RVW_DTL_052526.csv", "CHG_RVW_DTL_060126.csv", "2026-06-01"), ("a_25-12-2025.csv", "a_03-02-2026.csv", "2026-02-03")],
)  # fmt: skip
def test_one_plausible_reading_is_declared_and_reads_the_next_file(name, tomorrow, day):
    source = checked(propose(name, AUDIT.encode(), "work_log", TODAY))[0]
    assert source.covers(tomorrow).isoformat() == day


@pytest.mark.parametrize("name", ["CHG_RVW_DTL_060126.csv", "a_03-02-2026.csv", "a_03_02_2026.csv"])
def test_several_plausible_readings_are_asked_and_no_day_is_taken_from_the_name(name):
    proposal = propose(name, AUDIT.encode(), "work_log", TODAY)
    assert proposal.open_questions == 2, proposal.text
    assert re.search(r"^# date_format = .*month first\?$", proposal.text, re.MULTILINE)
    source = checked(proposal)[0]
    assert "(?P<date>" in source.pattern
    assert source.matches(name)
    assert source.covers(name) is None


def test_a_month_in_words_is_any_month():
    proposal = propose("Denials June 2026.csv", AUDIT.encode(), "work_log", TODAY)
    source = checked(proposal)[0]
    assert source.matches("Denials July 2026.csv")
    assert not source.matches("Payments July 2026.csv")
    assert "the delivery day is the day folder's" in proposal.text
    assert with_any_month("Maybe_Market_Janitor")[1] is False


def test_amounts_are_no_dates_whatever_their_header_says():
    text = (
        "Denial #,Claim #,Denied $,Last Updated\n1,C1,45.10,2026-03-02 09:00\n2,C2,1200.00,2026-03-02 09:00\n"
    )
    proposal = propose("d.csv", text.encode(), "denial_worklist")
    assert '"Denied $"' not in proposal.text
    assert "# required: denied_on" in proposal.text


@pytest.mark.parametrize(
    ("column", "cells", "may"),
    [
        (day("d", ""), ["46026", "20260302", "03/02/2026", "2 March 2026"], True),
        (day("d", ""), ["45.10", "1,200.00"], False),
        (day("d", ""), ["open", "closed"], False),
        (money("m", ""), ["$45.10", "(3.00)", "1.234,56"], True),
        (money("m", ""), ["2026-03-02"], False),
        (number("paid_min", ""), ["1:30"], True),
        (text("provider_npi", ""), ["Zz Yy"], False),
        (text("provider_npi", ""), ["1888000010"], True),
    ],
)
def test_cells_tell_whether_they_can_be_of_the_column_s_type(column, cells, may):
    assert can_be(column, cells) is may


@pytest.mark.parametrize(("header", "active"), [("Received", False), ("Deposit Date", True)])
def test_bare_numbers_in_a_date_column_are_proposed_as_days_of_a_spreadsheet(header, active):
    text = f"Deposit #,Amount,{header},Last Updated\n1,5,46026,2026-03-02 09:00\n"
    proposal = propose("d.csv", text.encode(), "deposits")
    assert 'received_on = "excel_serial"' in proposal.text
    assert checked(proposal)[0].formats == ({"received_on": "excel_serial"} if active else {})
    assert proposal.open_questions == (0 if active else 1)


def test_the_most_alike_headers_are_named_for_a_required_column():
    text = "Denial #,Clm Ref,Shade,Taste,Denied On,Last Updated\n1,C1,a,b,2026-03-02,2026-03-02 09:00\n"
    proposal = propose("d.csv", text.encode(), "denial_worklist")
    assert re.search(r"# required: pcn, .*\(perhaps Clm Ref", proposal.text), proposal.text


def test_an_account_number_is_the_claim_s():
    assert matches(["HAR #"], TABLES["denial_worklist"]) == {"HAR #": ("pcn", 1.0)}


def test_names_of_people_under_the_header_of_an_npi_are_left_out():
    text = (
        "Visit #,Claim #,Provider NPI,DOS,Entered By,Entered At\n"
        "1,C1,Zz Yy,2026-03-02,zz-jdoe,2026-03-02 09:00\n"
    )
    proposal = propose("c.csv", text.encode(), "charge_entries")
    assert checked(proposal)[0].ignore == ("Provider NPI",)
    assert "holds something other than NPIs" in proposal.text
    assert "Zz" not in proposal.text


def test_words_decide_likeness_and_letters_alone_do_not():
    table = TABLES["charge_entries"]
    columns = {column.name: column for column in table.columns}
    assert likeness("CHARGE_AMT", columns["charge"]) == 1.0
    assert likeness("Amt Charge", columns["charge"]) >= 0.95
    assert likeness("Change", columns["charge"]) < 0.95
    assert matches(["Colour", "Taste"], table) == {}


def test_no_answer_is_no_habit():
    assert habit_of(day("d", ""), []) == Habit()


def test_the_command_prints_a_proposal_or_appends_it(tmp_path):
    file, out = tmp_path / "PM_Audit_20260601.csv", tmp_path / "sources.toml"
    file.write_text(AUDIT, encoding="utf-8")
    shown = CliRunner().invoke(sources_app, ["init", str(file)])
    assert shown.exit_code == 0, shown.output
    assert 'feed = "work_log"' in shown.output
    for _ in range(2):
        assert CliRunner().invoke(sources_app, ["init", str(file), "--out", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8").count("[[sources]]") == 2
    assert CliRunner().invoke(sources_app, ["init", str(tmp_path / "none.csv")]).exit_code == 2
    unclear = tmp_path / "x.csv"
    unclear.write_text("User,Start,End\na,b,c\n", encoding="utf-8")
    assert CliRunner().invoke(sources_app, ["init", str(unclear)]).exit_code == 1
