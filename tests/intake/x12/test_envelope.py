import pytest

from assets.intake.records import Transaction
from assets.intake.x12.delimiters import Delimiters, decode, starts
from assets.intake.x12.envelope import Interchange, interchanges
from assets.intake.x12.read import identify_x12, read_x12
from tests.intake.x12.files import (
    CLAIM_P,
    REMIT,
    STATUS,
    SYNTAX,
    codes,
    content_id,
    file,
    hide,
    isa,
    read,
    rows,
)

PLAIN = file("837", CLAIM_P)


def same_rows(one, other):
    assert list(one.tables) == list(other.tables)
    return all(one.tables[name].equals(other.tables[name]) for name in one.tables)


def ids(data):
    """Return the ids that a claim file or a remittance gives to its claims and payments."""
    tables = read(data).tables
    return [
        tables[table][column].to_list()
        for table, column in (("claims", "submission_id"), ("remits", "remit_id"))
        if table in tables
    ]


@pytest.mark.parametrize(
    ("element", "component", "terminator"),
    [
        ("|", "^", "'"),
        ("*", ">", "\n"),
        ("\x1d", "\x1f", "\x1c"),
        ("~", "^", "_"),
        ("+", ":", "\r\n"),
        ("§", "¤", "¶"),
    ],
)
def test_any_delimiters_give_the_same_rows(element, component, terminator):
    used = {"element": element, "component": component, "terminator": terminator}
    parsed = read(file("837", CLAIM_P, **used))
    assert same_rows(parsed, read(PLAIN))
    assert same_rows(read(file("835", REMIT, **used)), read(file("835", REMIT)))
    assert codes(parsed) == []


def test_a_newline_after_every_terminator_changes_nothing():
    assert same_rows(read(PLAIN.replace(b"~", b"~\r\n")), read(PLAIN))


@pytest.mark.parametrize("width", [7, 80, 128])
def test_a_file_cut_into_records_of_equal_length_is_joined_again(width):
    cut = b"\r\n".join(PLAIN[i : i + width] for i in range(0, len(PLAIN), width))
    assert same_rows(read(cut), read(PLAIN))


def test_an_unpadded_isa_is_read_by_counting_its_separators():
    short = (
        PLAIN.replace(b" " * 10, b"")
        .replace(b"SENDER         ", b"SENDER")
        .replace(b"RECEIVER       ", b"RECEIVER")
    )
    assert len(short) < len(PLAIN) - 20
    assert same_rows(read(short), read(PLAIN))


def test_a_byte_order_mark_and_bytes_before_the_isa_are_flagged_and_skipped():
    marked = read(b"\xef\xbb\xbf" + PLAIN)
    assert codes(marked) == ["BYTE_ORDER_MARK"]
    wide = read(PLAIN.decode().encode("utf-16"))
    before = read(b"HTTP/1.1 200 OK\r\n\r\n" + PLAIN)
    assert codes(before) == ["BYTES_BEFORE_ISA"]
    for parsed in (marked, wide, before):
        assert same_rows(parsed, read(PLAIN))


def test_text_that_is_not_utf8_is_read_as_cp1252_and_flagged():
    parsed = read(PLAIN.replace(b"PLAIN HEALTH", b"SANT\xc9 PLUS"))
    assert codes(parsed) == ["NOT_UTF8"]
    assert rows(parsed, "claims", "payer_name") == [("SANT\u00c9 PLUS",)]


def test_two_interchanges_with_different_delimiters_lose_nothing():
    second = file(
        "837",
        CLAIM_P.replace("PCN-1", "PCN-2"),
        control="000000002",
        element="|",
        component=">",
        terminator="\n",
    )
    parsed = read(PLAIN + second)
    assert rows(parsed, "claims", "pcn", "interchange_control", "txn_no", "row_no") == [
        ("PCN-1", "000000001", 1, 15),
        ("PCN-2", "000000002", 2, 15 + 29),
    ]
    assert parsed.tables["claim_lines"].height == 4


def test_a_transaction_without_an_se_is_rejected_whole_and_the_rest_is_loaded():
    data = file("837", CLAIM_P, CLAIM_P.replace("PCN-1", "PCN-2"), CLAIM_P.replace("PCN-1", "PCN-3"))
    parsed = read(data.replace(b"SE*25*0002~", b""))
    (reject,) = parsed.rejects
    assert reject.reason == "TRUNCATED: transaction 2 (segments 28 to 51) has no SE"
    assert (reject.txn_no, reject.row_no, reject.records) == (2, 28, 1)
    assert parsed.tables["claims"]["pcn"].to_list() == ["PCN-1", "PCN-3"]


def test_a_file_cut_off_in_its_last_transaction_rejects_only_that_one():
    data = file("837", CLAIM_P, CLAIM_P.replace("PCN-1", "PCN-2"))
    parsed = read(data[: data.rindex(b"LX*2")])
    assert (parsed.records, parsed.loaded, parsed.rejected) == (2, 1, 1)
    assert {"GE_MISSING", "IEA_MISSING"} <= set(codes(parsed))


def test_an_invalid_segment_id_rejects_its_transaction():
    parsed = read(file("837", CLAIM_P.replace("N3*1", "N33x*1"), CLAIM_P))
    assert [r.reason.partition(":")[0] for r in parsed.rejects] == ["BAD_SEGMENT"]
    assert parsed.rejects[0].reason.endswith("at segment 9")
    assert parsed.loaded == 1


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (b"SE*25*", b"SE*24*", "SE_COUNT"),
        (b"SE*25*0001", b"SE*25*0009", "SE_CONTROL"),
        (b"GE*1*77", b"GE*2*77", "GE_COUNT"),
        (b"GE*1*77", b"GE*1*78", "GE_CONTROL"),
        (b"GE*1*77~", b"", "GE_MISSING"),
        (b"IEA*1*", b"IEA*2*", "IEA_COUNT"),
        (b"IEA*1*000000001", b"IEA*1*000000002", "IEA_CONTROL"),
        (b"IEA*1*000000001~", b"", "IEA_MISSING"),
    ],
)
def test_what_the_envelope_gets_wrong_is_flagged_and_loaded(right, wrong, code):
    parsed = read(PLAIN.replace(right, wrong))
    assert codes(parsed) == [code]
    assert same_rows(parsed, read(PLAIN))


def test_a_claim_outside_any_transaction_is_rejected_and_counted():
    parsed = read(PLAIN.replace(b"GE*1", b"CLM*LOST*10~GE*1"))
    assert (parsed.records, parsed.loaded, parsed.rejected) == (2, 1, 1)
    assert codes(parsed) == ["OUTSIDE_ST"]


def test_an_interchange_with_a_broken_isa_is_rejected_with_its_claims_and_the_others_load():
    broken = PLAIN.replace(b"*P*:~GS", b"*P*:GS", 1)
    parsed = read(PLAIN + broken + file("837", CLAIM_P.replace("PCN-1", "PCN-3"), control="000000003"))
    assert parsed.tables["claims"]["pcn"].to_list() == ["PCN-1", "PCN-3"]
    assert (parsed.records, parsed.rejected) == (3, 1)
    assert codes(parsed) == ["BAD_ISA"]


def test_the_name_isa_is_no_interchange():
    parsed = read(PLAIN.replace(b"HEALER*HELEN", b"HEALER*ISA"))
    assert codes(parsed) == []
    named, plain = (found.tables["claims"].drop("submission_id") for found in (parsed, read(PLAIN)))
    assert named.equals(plain)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"ST*837*0001~CLM*1*1~SE*3*0001~", isa()[:60].encode(), b"\xff\xfe\x00"]
)
def test_a_file_without_a_usable_isa_is_unusable(data):
    parsed = read(data)
    assert parsed.unusable is not None
    assert parsed.unusable.startswith("NO_ISA: ")
    assert identify_x12(data) is None


def test_a_set_that_is_not_read_here_is_unusable_and_says_so():
    data = PLAIN.replace(b"ST*837", b"ST*270")
    assert read(data).unusable == "UNSUPPORTED: no set that is read here"
    assert identify_x12(data) == "270"
    assert read(isa().encode() + b"IEA*0*000000001~").unusable == "EMPTY: no transaction set"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PLAIN, "837P"),
        (file("837", CLAIM_P, version="005010X223A2"), "837I"),
        (file("837", CLAIM_P.replace("SV1*", "SV2*0300*"), version="005010"), "837I"),
        (file("835", REMIT), "835"),
        (file("277", STATUS), "277CA"),
        (file("277", STATUS, version="005010X212"), "277"),
        (file("999", SYNTAX), "999"),
        (isa().encode() + b"TA1*1*260302*0900*A*000~IEA*0*000000001~", "TA1"),
    ],
)
def test_identification_and_reading_agree(data, kind):
    assert identify_x12(data) == read(data).kind == kind


def test_a_file_of_several_kinds_fills_all_tables_and_is_flagged():
    parsed = read(PLAIN + file("835", REMIT, REMIT))
    assert (parsed.kind, parsed.counted, parsed.records) == ("835", ("claims", "remit_claims"), 3)
    assert parsed.tables["claims"].height == 1
    assert "MIXED_KINDS" in codes(parsed)


def test_only_the_feed_that_is_asked_for_is_read_and_counted():
    mixed = PLAIN + file("835", REMIT, REMIT)
    claims = read_x12(mixed, hide=hide, time_zone="UTC", feed="837")
    remits = read_x12(mixed, hide=hide, time_zone="UTC", feed="835")
    assert (claims.kind, claims.counted, claims.records, claims.loaded) == ("837P", ("claims",), 1, 1)
    assert (remits.kind, remits.counted, remits.records, remits.loaded) == ("835", ("remit_claims",), 2, 2)
    assert "claims" not in remits.tables
    assert [t.txn_no for t in claims.transactions] == [1]
    assert [t.txn_no for t in remits.transactions] == [2, 3]


@pytest.mark.parametrize(("set_id", "body"), [("837", CLAIM_P), ("835", REMIT)])
def test_the_same_content_under_other_control_numbers_has_the_same_ids(set_id, body):
    once, again = file(set_id, body), file(set_id, body, control="000000777")
    again = again.replace(b"*0930*77*", b"*1130*98*").replace(b"GE*1*77", b"GE*1*98")
    again = again.replace(b"*0001", b"*4711")
    assert codes(read(again)) == []
    assert ids(again) == ids(once)
    assert ids(once) != []


@pytest.mark.parametrize(
    ("set_id", "body", "right", "wrong"),
    [("837", CLAIM_P, "*250.5*", "*250.50*"), ("835", REMIT, "ICN1", "ICN2")],
)
def test_another_content_under_the_same_control_numbers_has_other_ids(set_id, body, right, wrong):
    one, other = file(set_id, body), file(set_id, body.replace(right, wrong))
    assert all(a != b for (a,), (b,) in zip(ids(one), ids(other), strict=True))


def test_two_equal_claims_of_one_transaction_have_ids_of_their_own():
    ((first, second),) = ids(file("837", CLAIM_P + CLAIM_P[CLAIM_P.index("CLM*") :]))
    assert first != second


def test_transactions_are_delivered_with_their_envelope_and_what_became_of_them():
    data = file("837", CLAIM_P, CLAIM_P.replace("PCN-1", "PCN-2")).replace(b"SE*25*0002~", b"")
    first, second = read(data).transactions
    assert first == Transaction(
        *(1, "837P", "SENDER", "RECEIVER", "000000001", "77", "0001", "005010X222A1", 3, 27),
        *(content_id(CLAIM_P), 1, "loaded", ""),
    )
    assert (second.outcome, second.reason) == (
        "rejected",
        "TRUNCATED: transaction 2 (segments 28 to 51) has no SE",
    )


def test_control_numbers_used_again_are_flagged_and_kept():
    parsed = read(PLAIN + PLAIN + file("837", CLAIM_P.replace("PCN-1", "PCN-2")))
    assert codes(parsed) == ["DUPLICATE_TXN", "CONTROL_REUSE"]
    assert parsed.loaded == 3


def test_every_table_of_the_feed_is_there_when_empty():
    parsed = read(file("835", REMIT[: REMIT.index("LX*1")]))
    assert list(parsed.tables) == [
        *(
            "remits",
            "remit_claims",
            "remit_lines",
            "remit_adjustments",
            "remit_remarks",
            "provider_adjustments",
        )
    ]
    assert parsed.tables["remits"].height == 1
    assert parsed.tables["remit_lines"].is_empty()


def test_segment_ordinals_run_over_the_whole_file():
    first, second = (i for i in interchanges((PLAIN + PLAIN).decode()) if isinstance(i, Interchange))
    assert [t.first for t in (*first.transactions, *second.transactions)] == [3, 32]
    assert [t.number for t in (*first.transactions, *second.transactions)] == [1, 2]
    assert first.transactions[0].segments()[0] == ["ST", "837", "0001", "005010X222A1"]


def test_nothing_that_is_printed_for_debugging_names_a_person():
    (interchange,) = interchanges(PLAIN.decode())
    assert "TESTERSON" not in repr(interchange)
    assert "TESTERSON" not in repr(interchange.transactions[0])


def test_delimiters_are_those_of_the_isa():
    text, encoding = decode(file("837", CLAIM_P, element="|", component="^", terminator="\r\n"))
    (start,) = starts(text)
    assert encoding is None
    assert start.delimiters == Delimiters("|", "^", "\n")
