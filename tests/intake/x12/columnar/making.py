"""Transactions that hypothesis makes up: everyday and rare segments in the order of the guides, then damaged."""

from hypothesis import strategies as st

from tests.intake.x12.files import file

NAMES = st.sampled_from(["DOE*JANE", "O'NEIL*MARY ANN", "MÜLLER*JÖRG", "*", "SOLE*", " PAD *AL "])
NUMBERS = st.sampled_from(
    ["0", "1", "12.5", "100", "250.75", "-3.10", "7.", ".5", "+4", "1.005", "99999999999.99"]
)
DAYS = st.sampled_from(["20260301", "20240229", "20251231", "20260315", "19991231", "260301", "202603011530"])
CODES = st.sampled_from(
    ["HC:99213", "HC:99213:25:59", "HC:J1885::GP", "HC:", "", "AD:D0120", "HC: 99214 : 25 "]
)
COUNT = st.integers(0, 3)


@st.composite
def some(draw, *makers):
    """Draw the segments of the makers, each of which may also be left out."""
    found = []
    for maker in makers:
        if draw(st.booleans()):
            found += draw(maker)
    return found


def one(text, **values):
    """Return a maker of a single segment from a pattern and what to draw for its fields."""
    return st.fixed_dictionaries(values).map(lambda drawn: [text.format(**drawn)])


CAS = one(
    "CAS*{g}*{r}*{a}*{q}*{r2}*{b}",
    g=st.sampled_from(["CO", "PR", "OA"]),
    r=st.sampled_from(["45", "1", "253"]),
    a=NUMBERS,
    q=st.sampled_from(["", "1", "2.5"]),
    r2=st.sampled_from(["", "2"]),
    b=st.sampled_from(["", "5", "0"]),
)


@st.composite
def service(draw):
    segments = [
        draw(
            one(
                "SVC*{c}*{a}*{p}*{r}*{u}*{o}",
                c=CODES,
                a=NUMBERS,
                p=NUMBERS,
                r=st.sampled_from(["", "0510"]),
                u=st.sampled_from(["", "2", "1.5"]),
                o=st.sampled_from(["", "HC:99999"]),
            )
        )[0]
    ]
    return segments + draw(
        some(
            one("DTM*{q}*{d}", q=st.sampled_from(["472", "150", "151", "232", "233"]), d=DAYS),
            one("DTM*{q}****RD8*{d}-{e}", q=st.sampled_from(["472", "151"]), d=DAYS, e=DAYS),
            CAS,
            CAS,
            one("REF*6R*{n}", n=st.sampled_from(["", "LINE 1", "L-TWELVE-CHARACTERS"])),
            st.just(["REF*6R*AGAIN", "AMT*B6*7"]),
            one("AMT*B6*{a}", a=NUMBERS),
            one("LQ*HE*{c}", c=st.sampled_from(["N130", "", "MA01"])),
        )
    )


@st.composite
def paid_claim(draw):
    segments = draw(
        one(
            "CLP*{p}*{s}*{c}*{a}*{r}*12*ICN{p}*11*1**340",
            p=st.sampled_from(["P1", "PCN-LONGER-THAN-12"]),
            s=st.sampled_from(["1", "2", "4", "22"]),
            c=NUMBERS,
            a=NUMBERS,
            r=st.sampled_from(["", "20"]),
        )
    )
    segments += draw(
        some(
            CAS,
            one("NM1*QC*1*{n}****MI*{m}", n=NAMES, m=st.sampled_from(["M1", ""])),
            one("NM1*IL*1*{n}****MI*{m}", n=NAMES, m=st.sampled_from(["M2", ""])),
            st.just(["NM1*QC*1*LATER*ANN****MI*M7"]),
            one("NM1*82*1*{n}****{q}*123", n=NAMES, q=st.sampled_from(["XX", "", "FI"])),
            one("MIA*0****{c}", c=st.sampled_from(["MA01", ""])),
            one("MOA***MA01*{c}", c=st.sampled_from(["N30", ""])),
            one("DTM*{q}*{d}", q=st.sampled_from(["232", "233", "050", "036", "472"]), d=DAYS),
            one("DTM*{q}*{d}", q=st.sampled_from(["232", "233", "050", "036"]), d=DAYS),
            one("REF*6R*{n}", n=st.sampled_from(["X", ""])),
        )
    )
    for _ in range(draw(COUNT)):
        segments += draw(service())
    return segments


@st.composite
def remit(draw):
    segments = draw(
        one("BPR*I*{a}*{s}*ACH*CCP*01*9*DA*1*15**01*9*DA*2*{d}", a=NUMBERS, s=st.sampled_from("CD"), d=DAYS)
    )
    segments += ["TRN*1*EFT*15"]
    segments += draw(
        some(one("DTM*405*{d}", d=DAYS), st.just(["N1*PR*PLAIN", "REF*2U*PAY"]), st.just(["N1*PE*US*XX*1"]))
    )
    for _ in range(draw(COUNT)):
        segments += draw(some(st.just(["LX*1"]))) + draw(paid_claim())
    segments += draw(some(one("PLB*1*{d}*WO:R*{a}*CS*{b}", d=DAYS, a=NUMBERS, b=NUMBERS)))
    return "\n".join(segments)


@st.composite
def line(draw, number):
    kind = draw(
        st.sampled_from(
            [
                "SV1*{c}*{a}*UN*{u}*11**1:2",
                "SV1*{c}*{a}*UN*{u}***::3",
                "SV2*0300*{c}*{a}*UN*{u}",
                "SV3*{c}*{a}*UP***{u}",
            ]
        )
    )
    segments = [f"LX*{number}", *draw(one(kind, c=CODES, a=NUMBERS, u=st.sampled_from(["", "1", "2.5"])))]
    segments += draw(
        some(
            one("DTP*472*D8*{d}", d=DAYS),
            one("DTP*472*RD8*{d}-{e}", d=DAYS, e=DAYS),
            one("REF*6R*{n}", n=st.sampled_from(["", "LINE", "L-TWELVE-CHARACTERS"])),
            st.just(["NM1*82*1*LINE*DOC****XX*777"]),
        )
    )
    for _ in range(draw(st.integers(0, 2))):
        segments += draw(
            one(
                "SVD*{p}*{a}*{c}**{u}*{b}",
                p=st.sampled_from(["PAYA", "PAYB", ""]),
                a=NUMBERS,
                c=CODES,
                u=st.sampled_from(["", "1"]),
                b=st.sampled_from(["", "2"]),
            )
        )
        segments += draw(
            some(
                CAS,
                CAS,
                one("DTP*573*D8*{d}", d=DAYS),
                one("AMT*EAF*{a}", a=NUMBERS),
                st.just(["REF*6R*NOT"]),
                one("DTP*472*D8*{d}", d=DAYS),
            )
        )
    return segments


@st.composite
def other_payer(draw):
    return draw(one("SBR*{s}*18*******{f}", s=st.sampled_from("PST"), f=st.sampled_from(["CI", ""]))) + draw(
        some(
            CAS,
            one("AMT*{k}*{a}", k=st.sampled_from(["D", "EAF", "A8", "B6"]), a=NUMBERS),
            one("AMT*{k}*{a}", k=st.sampled_from(["D", "EAF", "A8", "B6"]), a=NUMBERS),
            one("NM1*IL*1*{n}****MI*{m}", n=NAMES, m=st.sampled_from(["M9", ""])),
            one("NM1*PR*2*OTHER*****PI*{p}", p=st.sampled_from(["PAYA", "PAYB", ""])),
            one("DTP*573*D8*{d}", d=DAYS),
            st.just(["REF*F8*ICN8"]),
            st.just(["NM1*82*1*X", "REF*F8*NOT", "DTP*472*D8*20260101"]),
        )
    )


@st.composite
def claim(draw):
    segments = draw(
        one(
            "CLM*{p}*{a}***{f}*Y*A*Y*Y",
            p=st.sampled_from(["P1", "PCN-LONGER-THAN-12"]),
            a=NUMBERS,
            f=st.sampled_from(["11:B:1", "13:A:7", "", "::1", "11"]),
        )
    )
    segments += draw(
        some(
            one("DTP*{q}*RD8*{d}-{e}", q=st.sampled_from(["434", "472", "435"]), d=DAYS, e=DAYS),
            one("DTP*{q}*D8*{d}", q=st.sampled_from(["434", "472", "435", "431"]), d=DAYS),
            st.just(["DTP*434*D8*"]),
            one("REF*{q}*{n}", q=st.sampled_from(["F8", "D9", "EA"]), n=st.sampled_from(["", "REF9"])),
            one(
                "HI*ABK:J449*{b}*{c}",
                b=st.sampled_from(["ABF:I10", "", "ABF:", "BH:A1"]),
                c=st.sampled_from(["DR:340", "BK:X"]),
            ),
            st.just(["HI*BF:1*BK:2", "HI*DR:"]),
            one(
                "NM1*{r}*1*{n}****{q}*222",
                r=st.sampled_from(["82", "71"]),
                n=NAMES,
                q=st.sampled_from(["XX", "FI"]),
            ),
        )
    )
    for _ in range(draw(st.integers(0, 2))):
        segments += draw(other_payer())
    for number in range(1, draw(st.integers(1, 4))):
        segments += draw(line(number))
    return segments


@st.composite
def claims(draw):
    segments = draw(
        one(
            "BHT*0019*00*{b}*{d}*{t}*CH",
            b=st.sampled_from(["B7", ""]),
            d=DAYS,
            t=st.sampled_from(["0905", "", "99"]),
        )
    )
    segments += draw(some(st.just(["HL*1**20*1", "NM1*85*2*CLINIC*****XX*111"])))
    for _ in range(draw(COUNT)):
        segments += draw(
            some(
                st.just(["HL*1**20*1"]),
                one("NM1*85*2*CLINIC*****{q}*111", q=st.sampled_from(["XX", "24"])),
                st.just(["HL*2*1*22*0"]),
                st.just(["SBR*P*18*******CI"]),
                one("NM1*IL*1*{n}****MI*{m}", n=NAMES, m=st.sampled_from(["M1", ""])),
                st.just(["DMG*D8*19610203*F"]),
                st.just(["NM1*PR*2*PLAIN*****PI*PAY"]),
                st.just(["HL*3*2*23*0", "PAT*19"]),
                one("NM1*QC*1*{n}", n=NAMES),
                st.just(["DMG*D8*20140506*F"]),
            )
        )
        segments += draw(claim())
    return "\n".join(segments)


VERSIONS = st.sampled_from(["005010X222A1", "005010X223A2", "005010X224A2", "004010", ""])
DELIMITERS = st.sampled_from([("*", ":", "~"), ("|", ">", "\n"), ("*", ":", "~\r\n"), ("^", "*", "~\n")])


@st.composite
def files(draw):
    """Return the bytes of one to three interchanges."""
    data = b""
    for _ in range(draw(st.integers(1, 3))):
        set_id = draw(st.sampled_from(["837", "835"]))
        bodies = draw(st.lists(claims() if set_id == "837" else remit(), min_size=1, max_size=3))
        element, component, terminator = draw(DELIMITERS)
        made = file(
            set_id,
            *bodies,
            version=draw(VERSIONS) if set_id == "837" else "",
            element=element,
            component=component,
            terminator=terminator[0],
        )
        data += made.replace(b"~", terminator.encode()) if len(terminator) > 1 else made
    return data
