"""Outcome metrics a second time, in Polars, from the raw tables and the words of the registry.

Belongs here: denial, clean claims, first pass, receivables, collections. Does not belong here: effort (`effort.py`).
"""

import polars as pl

from tests.independent.frames import first_submissions, last_state, latest, ratio, submissions

NO_DENIAL = ["1", "2", "3", "18", "23", "45", "94", "253"]
"""Codes that never deny: the patient's share, duplicates, reductions by contract and by an earlier payer, sequestration."""
NO_DECISION = ["22", "23", "25"]
SECONDARY = ["2", "3", "20", "21"]
PATIENT = ["1", "2", "3"]
PLACE = ["file_id", "txn_no", "remit_claim_id"]


def judgements(frames):
    """Return each decision of a payer once: a payment that was passed on a second time is the same payment."""
    heads = latest(frames["remits"], "remit_id", "event_date").select(
        "remit_id", "event_date", "trace", head=pl.col("amount"), head_payer="payer_id"
    )
    claims = latest(frames["remit_claims"], "remit_claim_id", "event_date")
    claims = claims.join(heads, on=["remit_id", "event_date"], how="left").sort("remit_id", "row_no")
    same = [
        "head_payer",
        "trace",
        "head",
        "event_date",
        "pcn",
        "status_code",
        "charge",
        "paid",
        "payer_claim_id",
    ]
    numbered = claims.with_columns(nth=pl.int_range(pl.len()).over("remit_id", *same[4:]))
    first = numbered.unique(subset=[*same, "nth"], keep="first", maintain_order=True)
    once = pl.concat(
        [first.filter(pl.col("trace").is_not_null()), claims.filter(pl.col("trace").is_null())],
        how="diagonal",
    )
    return once.filter(~pl.col("status_code").is_in(NO_DECISION))


def first_judgements(frames):
    """Return the first decision per claim number, of a primary payer where there is one, with its submission."""
    decided = judgements(frames).with_columns(second=pl.col("status_code").is_in(SECONDARY))
    decided = decided.sort(["second", "event_date", "row_no", "remit_claim_id"])
    first = decided.unique(subset="pcn", keep="first", maintain_order=True)
    sent = first_submissions(frames).select(
        "pcn", "payer_seq", sent_frequency="frequency_code", billed="payer_id", submitted_on="event_date"
    )
    entered = latest(frames["charge_entries"], "pcn").select("pcn", entered="payer_id")
    told = first.join(sent, on="pcn", how="left").join(entered, on="pcn", how="left")
    return told.with_columns(
        payer=pl.coalesce("billed", "entered", "payer_id", pl.lit("unknown")),
        original=pl.coalesce("sent_frequency", "frequency_code", pl.lit("1")) == "1",
        primary=(pl.coalesce("payer_seq", pl.lit("P")) == "P") & ~pl.col("second"),
    )


def judged_lines(frames, decided):
    """Return the lines of the judgements, the claim itself where there are none, with charge, denial and patient share."""
    lines = frames["remit_lines"].join(decided.select(PLACE), on=PLACE, how="semi")
    whole = decided.join(lines, on=PLACE, how="anti").with_columns(line_no=pl.lit(0, pl.Int64))
    wanted = [*PLACE, "line_no", "charge", "paid"]
    lines = pl.concat([lines.select(wanted), whole.select(wanted)], how="vertical_relaxed")
    adjustments = frames["remit_adjustments"].join(decided.select(PLACE), on=PLACE, how="semi")
    own = lines.join(
        adjustments.select(*PLACE, "line_no", "group_code", "carc", "amount"), on=[*PLACE, "line_no"]
    )
    bare = lines.join(own, on=[*PLACE, "line_no"], how="anti")
    of_claim = adjustments.filter(pl.col("line_no") == 0).select(*PLACE, "group_code", "carc", "amount")
    carried = pl.concat([own, bare.join(of_claim, on=PLACE).select(own.columns)], how="vertical_relaxed")
    share = (pl.col("group_code") == "PR") & pl.col("carc").is_in(PATIENT)
    denies = pl.col("group_code").is_in(["CO", "PI", "OA", "PR"]) & denying(frames) & ~share
    judged = carried.group_by([*PLACE, "line_no"]).agg(
        patient=pl.col("amount").filter(share).sum(), denying=denies.any()
    )
    told = lines.join(judged, on=[*PLACE, "line_no"], how="left")
    denied = (pl.col("charge") > 0) & (pl.col("paid") == 0) & pl.col("denying").fill_null(False)
    return told.with_columns(
        denied=denied & (pl.col("patient").fill_null(0) == 0), patient=pl.col("patient").fill_null(0)
    )


def denying(frames):
    """Return an expression of the codes that deny; the office's own rules go before the built-in ones."""
    codes = frames["denial_codes"].filter(pl.col("rarc").is_null() & pl.col("group_code").is_null())
    yes, no = (codes.filter(pl.col("is_denial") == said)["carc"].to_list() for said in (True, False))
    return (~pl.col("carc").is_in(NO_DENIAL) | pl.col("carc").is_in(yes)) & ~pl.col("carc").is_in(no)


def initial_denials(frames):
    """Return claims and dollars judged first and denied then, per payer and day."""
    decided = first_judgements(frames).filter("original", "primary")
    lines = (
        judged_lines(frames, decided)
        .group_by(PLACE)
        .agg(any_denied=pl.col("denied").any(), denied_charge=pl.col("charge").filter("denied").sum())
    )
    told = decided.join(lines, on=PLACE, how="left").with_columns(pl.col("any_denied").fill_null(False))
    by = ["payer", "event_date"]
    claims = ratio(told, by, pl.col("any_denied").sum(), pl.len())
    return claims, ratio(told, by, pl.col("denied_charge").sum(), pl.col("charge").sum())


def clean_claims(frames):
    """Return claims accepted into the scrubber and those released without a human fix before, per day of acceptance."""
    events = latest(frames["scrubber_events"], "pcn", "event_id", "event")
    automatic = pl.coalesce(
        "is_automated", pl.col("resolved_by").is_null() & pl.col("resolved_at").is_not_null()
    )
    ignored = (pl.coalesce("severity", pl.lit("error")) == "warning") & pl.col("resolved_at").is_null()
    releases = (
        events.filter(pl.col("event") == "released").group_by("pcn").agg(released=pl.col("occurred_at").min())
    )
    edits = events.filter((pl.col("event") == "edit") & ~automatic & ~ignored).join(
        releases, on="pcn", how="left"
    )
    fixed = edits.filter(pl.col("released").is_null() | (pl.col("occurred_at") <= pl.col("released")))
    accepted = (
        events.filter(pl.col("event") == "accepted").group_by("pcn").agg(day=pl.col("event_date").min())
    )
    clean = accepted["pcn"].is_in(releases["pcn"].implode()) & ~accepted["pcn"].is_in(fixed["pcn"].implode())
    return ratio(accepted.with_columns(clean=clean), ["day"], pl.col("clean").sum(), pl.len())


def days_in_ar(frames, window):
    """Return open balances and average daily gross charges per snapshot and payer class."""
    known = pl.coalesce("payer_class", pl.lit("unknown")).alias("payer_class")
    open_ = latest(frames["ar_snapshots"], "event_date", "pcn").with_columns(known, as_of="event_date")
    charges = latest(frames["charge_entries"], "pcn", "event_date").with_columns(known)
    rows = []
    for as_of in sorted(open_["as_of"].unique()):
        before = charges.filter(
            (pl.col("event_date") <= as_of)
            & (pl.col("event_date") > pl.lit(as_of) - pl.duration(days=window))
        )
        n_days = (as_of - before["event_date"].min()).days + 1 if before.height else 0
        stock = (
            open_.filter((pl.col("as_of") == as_of) & (pl.col("balance") > 0))
            .group_by("payer_class")
            .agg(pl.col("balance").sum())
        )
        flow = before.group_by("payer_class").agg(pl.col("charge").sum() / n_days) if n_days >= 28 else None
        told = {name: [balance, None if flow is None else 0] for name, balance in stock.iter_rows()}
        for name, charge in flow.iter_rows() if flow is not None else ():
            told.setdefault(name, [0, None])[1] = charge
        rows += [
            (as_of, name, *(None if n is None else float(n) for n in both)) for name, both in told.items()
        ]
    return pl.DataFrame(rows, schema=["as_of", "payer_class", "numerator", "denominator"], orient="row")


def first_pass(frames, settled_days, matured):
    """Return primary original claims judged, and those resolved at the first judgement, per day of first submission."""
    sent = first_submissions(frames).filter(
        (pl.coalesce("frequency_code", pl.lit("1")) == "1") & (pl.coalesce("payer_seq", pl.lit("P")) == "P")
    )
    decided = first_judgements(frames)
    lines = (
        judged_lines(frames, decided)
        .group_by(PLACE)
        .agg(any_denied=pl.col("denied").any(), owed=pl.col("patient").sum())
    )
    told = decided.join(lines, on=PLACE, how="left").select(
        "pcn", "second", "any_denied", resolved=(pl.col("paid") > 0) | (pl.col("owed") > 0)
    )
    again = set(submissions(frames).filter(pl.col("frequency_code").is_in(["7", "8"]))["pcn"]) | set(
        frames["appeals"]["pcn"]
    )
    rows = sent.join(told, on="pcn", how="left").filter(~pl.col("second").fill_null(False))
    last = submissions(frames)["event_date"].max()
    rows = rows.with_columns(
        judged=pl.col("resolved").is_not_null(),
        old=pl.lit(last) - pl.col("event_date") > pl.duration(days=settled_days),
        good=pl.col("resolved").fill_null(False)
        & ~pl.col("any_denied").fill_null(False)
        & ~pl.col("pcn").is_in(sorted(filter(None, again))),
    )
    by = ["payer_id", "event_date"]
    out = rows.group_by(by).agg(
        ripe=(pl.col("judged") | pl.col("old")).mean(),
        numerator=pl.col("good").sum(),
        denominator=pl.col("judged").sum(),
    )
    return out.filter(pl.col("ripe") >= matured).drop("ripe").sort(by)


def contractual(frames):
    """Return what contracts took off each claim: by each payer's last judgement that stands, and by the office itself."""
    claims = latest(frames["remit_claims"], "remit_claim_id", "event_date").sort("event_date", "row_no")
    standing = {}
    for claim in claims.iter_rows(named=True):
        stack = standing.setdefault((claim["pcn"], claim["payer_id"]), [])
        if claim["status_code"] == "22":
            stack[-1:] = []
        elif claim["status_code"] not in NO_DECISION:
            stack.append(tuple(claim[name] for name in PLACE))
    last = pl.DataFrame(
        [(pcn, *stack[-1]) for (pcn, _), stack in standing.items() if stack],
        schema=["pcn", *PLACE],
        orient="row",
    )
    reduced = frames["remit_adjustments"].filter((pl.col("group_code") == "CO") & (pl.col("carc") == "45"))
    by_payers = reduced.select(*PLACE, "amount").join(last, on=PLACE).select("pcn", "amount")
    posted = latest(frames["account_adjustments"], "adjustment_id").filter(
        pl.col("adjustment_class") == "contractual"
    )
    both = pl.concat([by_payers, posted.select("pcn", "amount")], how="vertical_relaxed")
    return both.group_by("pcn").agg(contractual=pl.col("amount").sum())


def net_collections(frames, maturity_days, matured_share):
    """Return payments over what contracts allow, per payer and month of service whose dollars are old enough or closed."""
    sent = first_submissions(frames).filter(pl.coalesce("frequency_code", pl.lit("1")) == "1")
    sent = sent.filter(pl.col("service_from").is_not_null()).select(
        "pcn", "payer_id", "charge", "service_from"
    )
    paid = latest(frames["payments"], "txn_id").group_by("pcn").agg(paid=pl.col("amount").sum())
    closed = last_state(frames["accounts"], "pcn").filter(pl.col("closed_at").is_not_null())["pcn"]
    told = sent.join(paid, on="pcn", how="left").join(contractual(frames), on="pcn", how="left")
    age = pl.lit(submissions(frames)["event_date"].max()) - pl.col("service_from")
    told = told.with_columns(
        month=pl.col("service_from").dt.month_start(),
        ripe=(age >= pl.duration(days=maturity_days)) | pl.col("pcn").is_in(closed.implode()),
    )
    cohorts = told.group_by("payer_id", "month").agg(
        share=pl.col("charge").filter("ripe").sum() / pl.col("charge").sum(),
        numerator=pl.col("paid").filter("ripe").sum(),
        denominator=pl.col("charge").filter("ripe").sum() - pl.col("contractual").filter("ripe").sum(),
    )
    return cohorts.filter(pl.col("share") >= matured_share).drop("share").sort("payer_id", "month")
