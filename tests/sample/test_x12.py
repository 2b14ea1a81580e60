"""X12 of the sample office: envelopes count right, control numbers do not repeat, remittances balance."""

from collections import Counter
from decimal import Decimal


def test_interchange_headers_have_their_fixed_width(office):
    for path in office.files("*.x12"):
        text = path.read_text()
        assert text.startswith("ISA")
        assert len(text.split(text[105])[0]) == 105, path.name
        assert [len(e) for e in text[:105].split(text[3])[1:]] == [
            2,
            10,
            2,
            10,
            2,
            15,
            2,
            15,
            6,
            4,
            1,
            5,
            9,
            1,
            1,
            1,
        ]


def test_counts_in_the_envelopes_are_right(office):
    for path, segments in office.x12("*.x12"):
        ids = [s[0] for s in segments]
        start = None
        for i, s in enumerate(segments):
            if s[0] == "ST":
                start = i
            if s[0] == "SE":
                assert int(s[1]) == i - start + 1, path.name
                assert s[2] == segments[start][2]
        ge, iea = segments[-2], segments[-1]
        assert (ge[0], int(ge[1])) == ("GE", ids.count("ST"))
        assert ge[2] == segments[1][6]
        assert iea == ["IEA", "1", segments[0][13]]


def test_interchange_and_group_numbers_never_repeat(office):
    isa = Counter(segments[0][13] for _, segments in office.x12("*.x12"))
    groups = Counter(segments[1][6] for _, segments in office.x12("*.x12"))
    assert max(isa.values()) == max(groups.values()) == 1


def test_one_payer_uses_other_delimiters(office):
    odd = {path.name[4:9] for path in office.files("835_*.x12") if path.read_text()[3] == "|"}
    assert odd == {"SPE05"}


def test_remittances_balance_at_line_claim_and_payment(office):
    seen = Counter()
    for path, segments in office.x12("835_*.x12"):
        for payment in transactions(segments):
            check_balance(path.name, payment, seen)
    assert seen["reversal"] > 0
    assert seen["provider adjustment"] > 0
    assert seen["claim without lines"] > 0
    assert seen["paid"] > 500


def transactions(segments):
    out = []
    for s in segments:
        if s[0] == "ST":
            out.append([])
        if out:
            out[-1].append(s)
    return out


def check_balance(name, payment, seen):
    claims, taken = [], Decimal(0)
    for s in payment:
        if s[0] == "CLP":
            claims.append({"clp": s, "cas": [], "lines": []})
        elif s[0] == "SVC":
            claims[-1]["lines"].append({"svc": s, "cas": []})
        elif s[0] == "CAS":
            target = claims[-1]["lines"][-1] if claims[-1]["lines"] else claims[-1]
            target["cas"] += [Decimal(s[i]) for i in range(3, len(s), 3)]
        elif s[0] == "PLB":
            taken += sum(Decimal(s[i]) for i in range(4, len(s), 2))
            seen["provider adjustment"] += 1
    for claim in claims:
        clp, lines = claim["clp"], claim["lines"]
        adjusted = sum(claim["cas"]) + sum(sum(line["cas"]) for line in lines)
        assert Decimal(clp[3]) - Decimal(clp[4]) == adjusted, name
        for line in lines:
            assert Decimal(line["svc"][2]) - Decimal(line["svc"][3]) == sum(line["cas"]), name
        if lines:
            assert sum(Decimal(line["svc"][2]) for line in lines) == Decimal(clp[3])
        seen["reversal" if clp[2] == "22" else "paid"] += 1
        seen["claim without lines"] += not lines
    assert Decimal(payment[1][2]) == sum(Decimal(c["clp"][4]) for c in claims) - taken, name


def test_charges_of_a_claim_are_the_sum_of_its_lines(office):
    for path, segments in office.x12("837*.x12"):
        left = Decimal(0)
        for s in segments:
            if s[0] == "CLM":
                assert left == 0, path.name
                left = Decimal(s[2])
            elif s[0] in {"SV1", "SV2"}:
                left -= Decimal(s[2 if s[0] == "SV1" else 3])
        assert left == 0


def test_acknowledgements_answer_batches_that_were_sent(office):
    groups, batches = set(), set()
    for _, segments in office.x12("837*.x12"):
        groups.add(segments[1][6])
        batches |= {s[3] for s in segments if s[0] == "BHT"}
    for _, segments in office.x12("999_*.x12"):
        assert {s[2] for s in segments if s[0] == "AK1"} <= groups
    pcns = {pcn for _, pcn, *_ in office.submissions}
    statuses = Counter()
    for _, segments in office.x12("277CA_*.x12"):
        traces = [s[2] for s in segments if s[:2] == ["TRN", "2"]]
        assert set(traces) <= batches | pcns
        statuses.update(s[1].split(":")[0] for s in segments if s[0] == "STC")
    assert statuses["A2"] > 20 * (statuses["A3"] + statuses["A7"]) > 0


def test_replacements_name_the_claim_that_they_replace(office):
    replaced = 0
    for _, segments in office.x12("837*.x12"):
        for i, s in enumerate(segments):
            if s[0] == "CLM" and s[5].endswith(":7"):
                references = [t for t in segments[i + 1 : i + 6] if t[:2] == ["REF", "F8"]]
                assert references[0][2]
                replaced += 1
    assert replaced > 10
