"""The payers, providers and code lists of the sample office. All of them are invented.

Belongs here: who pays, how late, and why they refuse. Does not belong here: single claims (`claims.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.sample.season import day_of


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer and its habits: `lag` in days (mean, spread), `pay_days` the weekdays (0 = Monday) of its 835."""

    code: str
    name: str
    payer_class: str
    filing: str
    weight: float
    lag: tuple[int, int]
    pay_days: tuple[int, ...]
    denial_rate: float
    allowed: float
    carcs: tuple[tuple[str, float], ...]
    exotic: bool = False

    def pay_day(self, ordinal: int) -> int:
        """Return the first day of payment on or after a day."""
        while day_of(ordinal).weekday() not in self.pay_days:
            ordinal += 1
        return ordinal


PAYERS = (
    Payer("SPA01", "SAMPLE PAYER A", "medicare", "MB", 0.28, (13, 3), (0, 3), 0.085, 0.46,
          (("16", 4), ("50", 4), ("97", 2), ("29", 1))),
    Payer("SPB02", "SAMPLE PAYER B", "commercial", "BL", 0.22, (9, 2), (1, 4), 0.11, 0.62,
          (("197", 5), ("16", 3), ("11", 2), ("27", 1))),
    Payer("SPC03", "SAMPLE PAYER C", "commercial", "CI", 0.16, (17, 4), (2,), 0.15, 0.66,
          (("197", 6), ("50", 3), ("204", 2), ("16", 2))),
    Payer("SPD04", "SAMPLE PAYER D", "medicaid", "MC", 0.16, (20, 5), (1,), 0.17, 0.38,
          (("16", 6), ("27", 3), ("29", 2), ("4", 2))),
    Payer("SPE05", "SAMPLE PAYER E", "commercial", "HM", 0.11, (25, 6), (2, 4), 0.14, 0.58,
          (("197", 4), ("109", 3), ("11", 2), ("204", 1)), exotic=True),
    Payer("SPF06", "SAMPLE PAYER F", "other", "12", 0.07, (31, 4), (5,), 0.19, 0.70,
          (("16", 4), ("50", 3), ("97", 2), ("4", 2))),
)  # fmt: skip

CARC_CATEGORY = {
    "16": "registration", "4": "coding", "11": "coding", "97": "coding", "50": "medical_necessity", "197": "authorization",
    "204": "coverage", "27": "eligibility", "29": "timely_filing", "109": "coverage",
}  # fmt: skip
CARC_REMARK = {
    "16": "MA130",
    "4": "N519",
    "11": "M76",
    "97": "N19",
    "50": "N115",
    "204": "N130",
    "197": "M62",
}
CARC_ACTION = {
    "16": "correct",
    "4": "correct",
    "11": "correct",
    "97": "correct",
    "109": "note",
    "27": "note",
    "29": "note",
}
"""What the denial team does about a reason; every other reason is appealed."""

BILLING_NPI = "1888888880"
PROVIDER_NPIS = tuple(f"18880{i:04d}0" for i in range(1, 25))
"""Invented numbers in the shape of an NPI."""

PROCEDURES = (
    ("99213", 12500), ("99214", 18500), ("99203", 16500), ("99215", 24500), ("36415", 1800), ("80053", 4200),
    ("85025", 3100), ("93000", 6500), ("71046", 9800), ("97110", 7800), ("20610", 15500), ("96372", 4600),
    ("90471", 3900), ("81002", 1500), ("99395", 21000), ("11102", 17200),
)  # fmt: skip
REVENUE = (
    ("0450", "99284", 98000), ("0300", "80053", 14500), ("0320", "71046", 32000), ("0250", "", 18800), ("0636", "J1885", 9900),
    ("0730", "93005", 21500), ("0360", "47562", 640000), ("0710", "", 88000), ("0270", "", 24500), ("0351", "70450", 118000),
)  # fmt: skip
DIAGNOSES = (
    "E119", "I10", "E785", "J069", "M545", "R079", "N390", "K219", "F419", "J449", "I2510", "Z0000", "R0602", "M25561", "E669",
    "D649", "G4733", "N179",
)  # fmt: skip
DRGS = ("470", "291", "871", "392", "690")
EDITS = {
    "coding": ("DX-SPEC", "NCCI-PTP", "MOD-25"),
    "charge": ("UNITS-MUE", "DUP-LINE", "POS-CPT"),
    "registration": ("MEMBER-ID", "DOB", "COB"),
    "payer": ("AUTH-REQ", "NPI-ENROL"),
}
