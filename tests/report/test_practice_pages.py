"""Pages of clinicians and payment models, root causes and suites: what is told, what is not and why, with or without anybody in them."""

import re

import pytest

from tests.report.conftest import Office
from tests.report.practices import AS_OF, MONTHS


def plain(html):
    """Return the text of a page with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\N{NO-BREAK SPACE}", " ")


def part(page, section):
    return re.search(rf'<section id="{section}".*?</section>', page, re.DOTALL).group()


def row_of(page, head):
    return plain(next(row for row in re.findall(r"<tr role=.*?</tr>", page, re.DOTALL) if head in row))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The report of an office of which nothing of this is published."""
    return Office().site(tmp_path_factory.mktemp("empty"))


def test_clinicians_and_payment_models_stand_in_the_navigation_of_every_page(site):
    for name, text in site.items():
        if name.endswith(".html"):
            assert 'href="clinicians.html"' in text, name
            assert 'href="payment-models.html"' in text, name


def test_root_causes_stand_largest_first_with_their_share_and_how_far_they_add_up(site):
    causes = part(site["outcomes.html"], "causes")
    table = re.search(r"Root causes by denied lines, in.*?</table>", causes, re.DOTALL).group()
    heads = [plain(head).strip() for head in re.findall(r'<th role="rowheader".*?</th>', table, re.DOTALL)]
    assert heads == [
        "Authorisation",
        "Eligibility",
        "Without a root cause",
        "Coding",
        "Small causes together",
    ]
    assert "30" in row_of(table, "Eligibility")
    assert "21.7 % of 138; 65.2 % up to here" in row_of(table, "Eligibility")
    dollars = re.search(r"Root causes by denied charges in USD, in.*?</table>", causes, re.DOTALL).group()
    assert dollars.index("Coding") < dollars.index("Eligibility")


def test_root_causes_say_how_many_denials_have_none_and_how_many_causes_are_told_together(site):
    causes = part(site["outcomes.html"], "causes")
    assert "14.5 %" in row_of(causes, "Denials without a root cause, lines")
    assert "2 causes of few lines are told together" in plain(causes)
    unmapped = re.search(
        r"Denials without a root cause, 90 days.*?</table>", part(site["outcomes.html"], "payers"), re.DOTALL
    ).group()
    assert "14.5 %" in row_of(unmapped, "P2")


def test_root_causes_of_too_few_denials_say_so(tmp_path):
    office = Office()
    office.put("denial_causes", definition_id="denial_causes.lines", period_kind="90_days", period=AS_OF, root_cause="other", n_causes=2, place=1,
               reason="fewer than 11 denied lines")  # fmt: skip
    causes = part(office.site(tmp_path)["outcomes.html"], "causes")
    assert "fewer than 11 denied lines" in causes
    assert "data-chart" not in causes


def test_suites_are_told_over_time_by_family_and_the_table_at_fault_is_named(site):
    suites = part(site["data-quality.html"], "suites")
    families = re.search(r"Verdicts of suites, in.*?</table>", suites, re.DOTALL).group()
    assert row_of(families, ">Intake<").split() == ["Intake", "9", "0", "1"]
    assert row_of(families, ">Ledger<").split() == ["Ledger", "10", "10", "0"]
    assert row_of(suites, "intake.claims").split() == [
        "intake.claims",
        "Kept",
        "out",
        "20",
        "June",
        "2026",
        "1",
        "of",
        "5",
        "0",
        "1",
        "10",
    ]
    assert (
        "ledger.claims"
        not in re.search(r"Tables whose suite was not met.*?</table>", suites, re.DOTALL).group()
    )


def test_rejects_are_told_per_feed_and_week(site):
    table = re.search(
        r"Share of records rejected, by feed, in.*?</table>", site["data-quality.html"], re.DOTALL
    ).group()
    assert [plain(head).strip() for head in re.findall(r'<th role="columnheader".*?</th>', table)] == [
        "Week of",
        "835",
        "audits",
    ]
    assert table.count("1\N{NO-BREAK SPACE}%") == 7


def test_work_rvu_stand_with_the_schedule_in_force_beside_the_one_held_fixed(site):
    work = part(site["clinicians.html"], "work")
    table = re.search(r"Family medicine, clinic, in.*?</table>", work, re.DOTALL).group()
    assert "4,050" in row_of(table, "June 2026")
    assert "4,800" in row_of(table, "June 2026")
    assert "Palliative" not in work


def test_a_capitated_group_has_no_range_and_says_why(site):
    bands = part(site["clinicians.html"], "bands")
    row = row_of(bands, "how it is paid: capitation")
    assert "Withheld" in row
    assert "capitated: volume is no goal" in row
    assert "1 group without a range, and why" in bands
    assert "None of them is a target" in bands


def test_a_range_says_which_season_was_taken_out_of_it_or_that_it_is_unknown(site):
    bands = part(site["clinicians.html"], "bands")
    assert "\N{MULTIPLICATION SIGN} 1.08" in row_of(bands, "how it is paid: fee-for-service")
    assert "unknown" in row_of(bands, "how it is paid: mixed")
    assert "the range is that of the mean of the year" in bands


def test_withheld_groups_are_counted_by_reason_and_named_nowhere_else(site):
    page = site["clinicians.html"]
    assert "42" in row_of(part(page, "withheld"), "Fewer than 5 clinicians")
    assert "1 group without any number is left out" in page


def test_the_diagnosis_counts_clinicians_of_a_group_and_never_one(site):
    diagnosis = part(site["clinicians.html"], "diagnosis")
    assert "of 20" in row_of(diagnosis, "Family medicine, clinic")
    assert "It opens a conversation and an audit, and closes none." in diagnosis


def test_contracts_stand_side_by_side_fee_for_service_first_with_the_scope_said(site):
    money = part(site["payment-models.html"], "money")
    table = re.search(r"Scope own services.*?</table>", money, re.DOTALL).group()
    assert table.index("Valley PPO") < table.index("Shared Care") < table.index("Harbour HMO")
    assert "Fee-for-service + value-based" in table
    assert "99,000 over 1,000; June 2026" in row_of(table, "Valley PPO")
    assert "No contract's total cost of care is published" in money.replace("&#39;", "'")


def test_a_margin_that_one_contract_alone_has_says_whose_it_is_and_why_the_others_have_none(tmp_path):
    office, why = Office(), "withheld: the contract is paid for another scope of cost"
    for contract, value in (("Harbour HMO", 37.5), ("Valley PPO", None)):
        told = {} if value is None else {"numerator": 37500, "denominator": 1000, "value": value}
        office.put("payment_models", definition_id="pmpm_margin.total_cost_of_care", period_kind="month", period=MONTHS[-1],
                   contract_id=contract, model="capitation", measure="all", is_withheld=value is None,
                   reason=None if value else why, **told)  # fmt: skip
    money = part(office.site(tmp_path)["payment-models.html"], "money")
    assert "Margin per member and month, total cost of care: Harbour HMO (Capitation)" in money
    assert "paid for another scope of cost" in row_of(money[money.index("<caption") :], "Valley PPO")


def test_utilisation_says_that_it_is_unadjusted_and_what_is_withheld(site):
    use = part(site["payment-models.html"], "utilisation")
    assert "unadjusted" in re.search(r"<h2.*?</h2>", use).group()
    assert "not adjusted for risk" in row_of(use, "Valley PPO")
    assert "fewer than 11 patients or events" in row_of(use, "Harbour HMO")


def test_the_guard_stands_beside_services_and_quality_and_asks_for_a_look(site):
    row = row_of(part(site["payment-models.html"], "guard"), "Harbour HMO")
    assert "Raised" in row
    assert "0.52" in row
    assert "1 of 1" in row
    assert "Not raised" in row_of(part(site["payment-models.html"], "guard"), "Valley PPO")
    assert "Services fell at 1 contract while a measure of quality" in site["index.html"]


def test_an_office_without_clinicians_contracts_or_denials_says_what_it_takes(empty):
    assert plain(empty["clinicians.html"]).count("It takes five in a group") > 3
    assert "It takes the feeds of contracts, members and payments" in empty["payment-models.html"]
    assert "No denials by root cause are published." in empty["outcomes.html"]
    assert "How the suites went is not published yet" in empty["data-quality.html"]
    for page in ("clinicians", "payment-models"):
        assert "data-chart" not in empty[f"{page}.html"]


def test_a_practice_of_which_everything_is_withheld_says_so_with_the_reason(tmp_path):
    office = Office()
    for name in ("wrvu.actual", "fill_rate.completed"):
        office.put("clinicians", definition_id=name, period_kind="month", period=MONTHS[0], specialty="palliative", setting="clinic", part="all",
                   contributors="<5", reason="fewer than 5 clinicians")  # fmt: skip
    page = office.site(tmp_path)["clinicians.html"]
    assert "Nothing of this can be shown: fewer than 5 clinicians (1 number)." in part(page, "slots")
    assert "2" in row_of(part(page, "withheld"), "Fewer than 5 clinicians")
    assert "Palliative" not in page
