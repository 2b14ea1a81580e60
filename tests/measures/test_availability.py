"""What an office cannot have is said in its own words."""


def test_words_are_an_offices_own_and_each_feed_is_named_once(office):
    office.add("claims", pcn="p", submission_id="s", submitted_at="2026-03-02 10:00")
    rows = {r["definition_id"]: r for r in office.build("measures.availability")}
    row = rows["initial_denial_rate.claims"]
    assert (row["is_available"], row["availability"]) == (False, "not available: needs remittances (835)")
    assert (row["first_day"].isoformat(), row["last_day"].isoformat()) == ("2026-03-02", "2026-03-02")
