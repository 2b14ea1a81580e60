from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.x12.read import identify_x12
from tests.intake.x12.files import CLAIM_I, CLAIM_P, REMIT, REVERSAL, STATUS, SYNTAX, file, isa, read
from tests.intake.x12.test_ack_errors import DETAIL
from tests.intake.x12.test_other_payers import BODY

SOUND = (
    file("837", CLAIM_P, CLAIM_P),
    file("837", CLAIM_I, version="005010X223A2"),
    file("835", REMIT, REVERSAL),
    file("277", STATUS),
    file("999", SYNTAX),
    file("999", DETAIL),
    file("837", BODY),
    file("837", CLAIM_P, element="|", component=">", terminator="\n") + file("835", REMIT),
    isa().encode() + b"TA1*000000905*260301*1200*R*024~IEA*0*000000001~",
)
FUZZ = settings(max_examples=120, deadline=None, derandomize=True)


def survives(data):
    """`read` itself asserts that the file is reconciled and keeps its contract."""
    parsed = read(data, secretive=False)
    assert parsed.unusable or parsed.tables
    if identify_x12(data) is None:
        assert parsed.unusable


@FUZZ
@given(st.sampled_from(SOUND), st.integers(0, 3000))
def test_a_file_cut_anywhere_is_reconciled(data, length):
    survives(data[:length])


@FUZZ
@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=4),
    st.booleans(),
)
def test_segments_dropped_repeated_or_exchanged_are_reconciled(data, moves, drop):
    segments = data.split(b"~")
    for first, second in moves:
        i, j = first % len(segments), second % len(segments)
        if drop:
            del segments[i]
            segments = segments or [b""]
        else:
            segments.insert(i, segments[j])
    survives(b"~".join(segments))


@FUZZ
@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=3)), max_size=6),
)
def test_bytes_overwritten_at_random_are_reconciled(data, edits):
    changed = bytearray(data)
    for place, new in edits:
        changed[place % len(changed) : place % len(changed) + len(new)] = new
    survives(bytes(changed))


@FUZZ
@given(st.sampled_from(SOUND), st.sampled_from(b"*:~|>\n^A 1"), st.sampled_from(b"*:~|>\n^A 1\r\t"))
def test_delimiters_exchanged_are_reconciled(data, one, other):
    survives(data.replace(bytes([one]), bytes([other])))
    survives(data.translate(bytes.maketrans(bytes([one, other]), bytes([other, one]))))


@FUZZ
@given(st.sampled_from(SOUND), st.sampled_from(SOUND), st.integers(0, 3000), st.integers(0, 3000))
def test_a_file_spliced_into_another_is_reconciled(data, other, place, start):
    survives(data[: place % len(data)] + other[start % len(other) :] + data[place % len(data) :])


@FUZZ
@given(st.binary(max_size=300))
def test_any_bytes_are_reconciled_or_unusable(data):
    survives(data)
    survives(isa().encode() + data)
