"""The matches of the sample office, held against what its clearinghouse and its payers really did."""

from tests.homes import query

# The simulation numbers each transmission of a claim: at the end of REF*D9 (two digits) and of the payer's number (one).
VERSION_SENT = "cast(right(s.clearinghouse_id, 2) as integer)"
VERSION_JUDGED = "cast(right(m.payer_claim_id, 1) as integer)"


def test_every_answer_of_the_sample_office_finds_what_it_answers(loaded):
    rows = query(
        loaded.settings,
        "select link, sum(n_rows), sum(matched) from ledger.match_rates "
        "where link in ('999 to batch', '277CA to batch', '277CA to claim', '835 to claim') group by link",
    )
    assert {link for link, _, _ in rows} == {
        "999 to batch",
        "277CA to batch",
        "277CA to claim",
        "835 to claim",
    }
    assert [link for link, n_rows, matched in rows if matched < n_rows] == []


def test_nothing_that_came_in_is_missing_from_the_rates(loaded):
    came = query(
        loaded.settings,
        "select count(*) from intake.acknowledgements union all select count(*) from ledger.adjudications",
    )
    counted = query(
        loaded.settings,
        "select sum(n_rows) from ledger.match_rates where link in ('999 to batch', '277CA to batch', '277CA to claim') "
        "union all select sum(n_rows) from ledger.match_rates where link = '835 to claim'",
    )
    assert counted == came


def test_payers_judged_the_transmission_that_the_match_names(loaded):
    linked, wrong = query(
        loaded.settings,
        f"select count(*), count(*) filter ({VERSION_SENT} <> {VERSION_JUDGED}) from ledger.remit_matches as m "
        "inner join ledger.submissions as s on s.submission_id = m.submission_id and s.pcn = m.claim_pcn",
    )[0]
    assert linked > 20
    assert wrong == 0


def test_the_front_end_answered_the_transmission_that_the_match_names(loaded):
    linked, wrong = query(
        loaded.settings,
        "select count(*), count(*) filter (s.clearinghouse_id <> m.clearinghouse_id) from ledger.claim_acknowledgements as m "
        "inner join ledger.submissions as s on s.submission_id = m.submission_id and s.pcn = m.claim_pcn",
    )[0]
    assert linked > 20
    assert wrong == 0


def test_the_life_of_each_claim_begins_with_its_going_out(loaded):
    assert query(
        loaded.settings, "select event, count(*) > 0 from ledger.claim_events where step = 1 group by event"
    ) == [("submitted", True)]
