"""Sums that the implementation guides demand: every one is counted, an imbalance is flagged, nothing is dropped for it."""

import pytest

from tests.intake.x12.files import CLAIM_I, CLAIM_P, REMIT, REVERSAL, codes, file, read


def balances(parsed):
    """Return level -> (checked, unbalanced, unchecked, difference in cents)."""
    return {b.level: (b.checked, b.unbalanced, b.unchecked, b.difference) for b in parsed.balances}


def test_a_sound_remittance_balances_at_every_level():
    parsed = read(file("835", REMIT, REVERSAL))
    assert balances(parsed) == {"line": (2, 0, 0, 0), "claim": (3, 0, 0, 0), "payment": (2, 0, 0, 0)}


@pytest.mark.parametrize(
    ("right", "wrong", "level", "code", "difference"),
    [
        ("BPR*I*120", "BPR*I*121.55", "payment", "PAYMENT_BALANCE", 155),
        ("CAS*CO*45*10\n", "CAS*CO*45*7.5\n", "claim", "CLAIM_BALANCE", 250),
        ("SVC*HC:99213:25:59*150*", "SVC*HC:99213:25:59*151*", "line", "LINE_BALANCE", 100),
        ("PLB*1111111112*20261231*WO:REF1*20*CS*10\n", "", "payment", "PAYMENT_BALANCE", 3000),
    ],
)
def test_an_imbalance_is_counted_at_its_level_with_its_size(right, wrong, level, code, difference):
    parsed = read(file("835", REMIT.replace(right, wrong)))
    assert codes(parsed) == [code]
    found = balances(parsed)
    assert found.pop(level)[1::2] == (1, difference)
    assert all(unbalanced == 0 for _, unbalanced, _, _ in found.values())


def test_differences_add_up_without_their_signs():
    parsed = read(file("835", REMIT.replace("I*120", "I*121"), REMIT.replace("I*120", "I*118")))
    assert balances(parsed)["payment"] == (2, 2, 0, 300)


def test_what_depends_on_a_rejected_amount_is_unchecked_at_every_level_above():
    adjustment = read(file("835", REMIT.replace("*97*5*1", "*97*five*1")))
    assert balances(adjustment) == {"line": (1, 0, 1, 0), "claim": (0, 0, 1, 0), "payment": (1, 0, 0, 0)}
    claim = read(file("835", REMIT.replace("*250*150*", "*250*15O*")))
    assert balances(claim) == {"payment": (0, 0, 1, 0)}


def test_the_lines_of_a_claim_add_up_to_its_charge():
    parsed = read(file("837", CLAIM_P) + file("837", CLAIM_I, version="005010X223A2", control="000000002"))
    assert balances(parsed) == {"charge": (2, 0, 0, 0)}
    wrong = read(file("837", CLAIM_P.replace("*250.5*", "*251.25*")))
    assert balances(wrong) == {"charge": (1, 1, 0, 75)}
    assert [(f.code, f.row_no) for f in wrong.flags] == [("CHARGE_BALANCE", 15)]
    assert wrong.loaded == 1


@pytest.mark.parametrize(
    "body",
    [
        CLAIM_P[: CLAIM_P.index("LX*1")],
        CLAIM_P.replace("*150.5*", "**"),
        CLAIM_P.replace("*150.5*", "*1.2.3*"),
        CLAIM_P.replace("SV1*HC:J1885*100*UN*2.5*11**3\n", ""),
    ],
)
def test_a_charge_is_not_checked_without_the_charge_of_every_line(body):
    parsed = read(file("837", body))
    assert balances(parsed) == {"charge": (0, 0, 1, 0)}
    assert "CHARGE_BALANCE" not in codes(parsed)


def test_every_row_that_carries_an_amount_is_either_checked_or_not():
    body = REMIT.replace("J1885*100*60", "J1885*100*")
    parsed = read(file("835", body, REVERSAL, REVERSAL.replace("CAS*CO*45*90", "CAS*CO*45*x")))
    heights = {"line": "remit_lines", "claim": "remit_claims", "payment": "remits"}
    counted = {level: found[0] + found[2] for level, found in balances(parsed).items()}
    assert counted == {level: parsed.tables[table].height for level, table in heights.items()}
