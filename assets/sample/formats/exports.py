"""The sound delimited exports of the folder of formats: encodings, line ends, headers, footers, spellings, revisions.

Belongs here: which files there are, and how each is written. Does not belong here: their rows (`tables.py`), workbooks
(`workbooks.py`) and the sources that read the odd ones (`configuration.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.formats.tables import LATER, PAYMENTS, Table, charges, deposits, made, payments
from assets.sample.formats.x12_claims import usd

if TYPE_CHECKING:
    from assets.sample.formats.made import Made
    from assets.sample.formats.x12_envelope import Maker


def sound_exports(maker: Maker) -> list[Made]:
    """Return exports of which every record is loaded."""
    return [*_encodings(maker), *_layouts(maker), *_headers(maker), *_cells(maker), *_deliveries(maker)]


def _encodings(maker: Maker) -> list[Made]:
    def some() -> Table:
        return payments(maker, 4)

    names = deposits(maker, 3).changed("trace", {0: "N° 0001", 2: "façade 03"})
    wide = some()
    return [
        made("payments_20260302.csv", "CSV with a built-in name", some()),
        made("payments_mark.csv", "CSV with a byte order mark", table := some(), "\ufeff" + table.text()),
        made(
            "deposits_cp1252.csv",
            "CSV in Windows-1252",
            names,
            names.text().encode("cp1252"),
            flags=["ENCODING"],
        ),
        made("payments_utf16.csv", "CSV in UTF-16", wide, wide.text().encode("utf-16"), flags=["ENCODING"]),
        made(
            "payments_nul.csv",
            "CSV with NUL bytes",
            table := some(),
            table.text() + "\0",
            flags=["NUL_BYTES"],
        ),
    ]


def _layouts(maker: Maker) -> list[Made]:
    def some() -> Table:
        return payments(maker, 5)

    mixed = some().text().split("\n")
    lines = "\r\n".join(mixed[:3]) + "\n" + "\n".join(mixed[3:])
    spread = some().changed(
        "exception_reason", {0: "variance\nsecond line", 3: 'a "quoted" word\r\nand another'}
    )
    return [
        made("payments_semicolon.csv", "semicolons", table := some(), table.text(";")),
        made("payments_tab.tsv", "tabs", table := some(), table.text("\t")),
        made("payments_pipe.txt", "pipes", table := some(), table.text("|")),
        made("payments_cr_only.csv", "lines end in CR", table := some(), table.text(end="\r")),
        made("payments_crlf.csv", "lines end in CR LF", table := some(), table.text(end="\r\n")),
        made("payments_mixed_ends.csv", "lines end in CR LF, then in LF", some(), lines),
        made(
            "payments_no_last_end.csv", "the last line has no end", table := some(), table.text().rstrip("\n")
        ),
        made(
            "payments_quoted_lines.csv", "line ends and quotes inside quotes", spread, spread.text(end="\r\n")
        ),
    ]


def _headers(maker: Maker) -> list[Made]:
    def some() -> Table:
        return payments(maker, 4)

    titles = "Sample Office\nPayments posted on 03/02/2026\n\n"
    footed, repeated, wider, few = some(), some(), some(), some()
    head, *rest = repeated.text().splitlines(keepends=True)
    foot = f"Total,,,,{usd(maker.cents())},,,,,,,,\n"
    renamed = {
        "txn_id": "Lfd. Nr.",
        "amount": "Betrag",
        "posted_by": "Wer",
        "posted_at": "Wann",
        "method": "Art",
    }
    lacking = [name for name in PAYMENTS if name not in {"variance_amount", "n_lines"}]
    more = Table("payments", (*wider.header, "Mood"), tuple((*row, "fine") for row in wider.rows))
    return [
        made("payments_titles.csv", "title lines above the header", table := some(), titles + table.text()),
        made(
            "payments_footer.csv",
            "a footer",
            footed,
            footed.text() + foot,
            footers=1,
            extra=1,
            flags=["FOOTER"],
        ),
        made(
            "payments_own_footer.csv",
            "a footer that the source declares",
            footed := some(),
            footed.text() + "End of sample;4 records\n",
            footers=1,
            extra=1,
            flags=["FOOTER"],
        ),
        made(
            "payments_pages.csv",
            "the header is repeated",
            repeated,
            head + "".join(rest[:2]) + head + "".join(rest[2:]),
            footers=1,
            extra=1,
            flags=["REPEATED_HEADER"],
        ),
        made(
            "kasse_renamed.csv",
            "headers of another language, by the aliases of a source",
            some().renamed(renamed),
        ),
        made("payments_reordered.csv", "columns in another order", some().only(PAYMENTS[::-1])),
        made("payments_more.csv", "a column that nobody knows", more, flags=["EXTRA_COLUMN"]),
        made(
            "payments_fewer.csv", "optional columns are missing", few.only(lacking), flags=["MISSING_COLUMN"]
        ),
        made(
            "payments_empty_cells.csv",
            "empty cells beyond the last header",
            table := some(),
            table.text().replace("\n", ",,\n", 2).replace(",,\n", "\n", 1),
            flags=["TRAILING_CELLS"],
        ),
        made("payments_no_rows.csv", "a header and nothing below", Table("payments", tuple(PAYMENTS), ())),
    ]


def _cells(maker: Maker) -> list[Made]:
    table = payments(maker, 6)
    amounts = {0: "(123.45)", 1: "$1,234.50", 2: "77.10-", 3: " 12 ", 4: "$(5.00)", 5: "1.2E+03"}
    european = charges(maker, 3).changed("service_date", dict.fromkeys(range(3), "26.02.2026"))
    european = european.changed("entered_at", dict.fromkeys(range(3), "02.03.2026 09:30"))
    us = charges(maker, 3).changed("service_date", {0: "2/26/2026", 1: "02/26/2026"})
    us = us.changed("entered_at", {0: "03/02/2026 9:30 AM", 1: "2026-03-02T09:30:00Z"})
    return [
        made(
            "payments_accounting.csv", "amounts as accountants write them", table.changed("amount", amounts)
        ),
        made("deposits_zeros.csv", "identifiers that begin with zeros", deposits(maker, 4)),
        made(
            "buchungen_dates.csv", "days before months, as the source declares", european, european.text(";")
        ),
        made("charge_entries_us.csv", "American dates, and ISO ones", us),
        made(
            "payments_rounded.csv",
            "amounts with three decimals",
            payments(maker, 3).changed("amount", {1: "10.126"}),
            flags=["ROUNDED"],
        ),
        made(
            "payments_days_only.csv",
            "times that are days only",
            payments(maker, 3).changed("posted_at", {2: "2026-03-02"}),
            flags=["DATE_ONLY"],
        ),
        made(
            "deposits_mangled.csv",
            "an identifier that a spreadsheet rounded",
            deposits(maker, 3).changed("deposit_id", {1: "1.23E+17"}),
            flags=["MANGLED_ID"],
        ),
    ]


def _deliveries(maker: Maker) -> list[Made]:
    """Return revisions, late days and files that lie flat with the date in their names."""
    first = charges(maker, 3)
    second = Table(
        first.feed, first.header, (*first.changed("charge", {1: "99.00"}).rows, *charges(maker, 1).rows)
    )
    kept = deposits(maker, 3)
    return [
        made(
            "charge_entries_20260228.csv",
            "the first revision",
            first,
            wrong="a later revision is there",
            status="superseded",
        ),
        made("charge_entries_20260228_v2.csv", "the second revision", second, day=LATER),
        made(
            "deposits_20260301.csv",
            "corrected later",
            kept,
            wrong="a later revision is there",
            status="superseded",
        ),
        made(
            "deposits_20260301_corrected.csv",
            "the correction",
            kept.changed("bank_amount", {0: "1.00"}),
            day=LATER,
        ),
        made("payments_20260304.csv", "flat, the date in the name", payments(maker, 2), day=""),
        made("deposits_2026-03-04.csv", "flat, the date in the name with dashes", deposits(maker, 2), day=""),
        made(
            "backlog/20260304/charge_entries_20260115.csv",
            "a day folder below another folder",
            charges(maker, 2),
            day="",
        ),
    ]
