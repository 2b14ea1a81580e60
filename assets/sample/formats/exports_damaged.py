"""The damaged exports of the folder of formats: single records are rejected, a few files cannot be used at all.

Belongs here: what is done to sound tables, and how many records that costs. Does not belong here: sound ones (`exports.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.formats.tables import LAST, LATER, PAYMENTS, Table, charges, deposits, made, payments

if TYPE_CHECKING:
    from assets.sample.formats.made import Made
    from assets.sample.formats.x12_envelope import Maker


def damaged_exports(maker: Maker) -> list[Made]:
    """Return every damaged export."""
    return [*_records(maker), *_files(maker)]


def _records(maker: Maker) -> list[Made]:
    ragged = payments(maker, 6).text().split("\n")
    ragged[2], ragged[4] = ragged[2].rsplit(",", 2)[0], ragged[4] + ",more"
    torn = payments(maker, 5)
    lines = torn.text().split("\n")
    lines[3] = lines[3].replace("FMTD1", '"FMTD1', 1)
    cut = payments(maker, 4)
    dates = charges(maker, 5).changed("service_date", {0: "2026-02-30", 3: "31.12.2025"})
    odd = payments(maker, 5).changed("amount", {1: "twelve", 2: ""}).changed("n_lines", {1: "x", 4: "2.5"})
    held = payments(maker, 3)
    held = held.changed("txn_id", {1: held.rows[0][0]})
    return [
        made(
            "payments_ragged.csv",
            "records with too few and too many cells",
            payments(maker, 6),
            "\n".join(ragged),
            wrong="two ragged records",
            rejected=2,
            day=LATER,
        ),
        made(
            "payments_open_quote.csv",
            "a quote that is not closed",
            torn,
            "\n".join(lines),
            wrong="a quote is not closed",
            rejected=1,
            day=LATER,
        ),
        made(
            "payments_cut.csv",
            "the last record is cut",
            cut,
            cut.text()[:-40],
            wrong="the end is missing",
            rejected=1,
            day=LATER,
        ),
        made(
            "charge_entries_dates.csv",
            "dates that do not exist",
            dates,
            wrong="two dates",
            rejected=2,
            day=LATER,
        ),
        made(
            "payments_amounts.csv",
            "amounts and counts that are none",
            odd,
            wrong="three records",
            rejected=3,
            day=LATER,
        ),
        made(
            "deposits_required.csv",
            "a required cell is empty",
            deposits(maker, 3).changed("deposit_id", {1: ""}),
            wrong="one record",
            rejected=1,
            day=LATER,
        ),
        made(
            "payments_two_meanings.csv",
            "one number for two payments",
            held,
            wrong="breaks a rule that keeps out",
            status="held",
            day=LAST,
        ),
    ]


def _files(maker: Maker) -> list[Made]:
    lacking = payments(maker, 3).only([name for name in PAYMENTS if name != "amount"])
    doubled = payments(maker, 3)
    twice = Table("payments", (*doubled.header, "Amount"), tuple((*row, "1.00") for row in doubled.rows))
    nobody = Table("", (), ())
    return [
        made(
            "payments_required.csv",
            "a required column is missing",
            lacking,
            wrong="no column amount",
            status="unusable",
            day=LATER,
        ),
        made(
            "payments_no_header.csv",
            "no header",
            table := payments(maker, 3),
            table.text().split("\n", 1)[1],
            wrong="no header",
            status="unusable",
            day=LATER,
        ),
        made(
            "payments_empty.csv",
            "an empty file",
            payments(maker, 0),
            "",
            wrong="empty",
            status="unusable",
            day=LATER,
        ),
        made(
            "payments_binary.csv",
            "random bytes",
            payments(maker, 0),
            bytes(maker.random.randrange(256) for _ in range(900)),
            wrong="no text",
            status="unusable",
            day=LATER,
        ),
        made(
            "letter.docx",
            "a file that is no data",
            nobody,
            "SAMPLE LETTER",
            wrong="nobody knows it",
            status="unknown",
            day=LATER,
        ),
        made(
            "payments_same_header.csv",
            "two columns of one name",
            twice,
            wrong="two columns of one name",
            status="unusable",
            day=LATER,
        ),
    ]
