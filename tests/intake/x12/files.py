"""X12 files for the tests, written here segment by segment with invented people and payers."""

import hashlib

from assets.intake.contracts import TABLES
from assets.intake.records import Parsed
from assets.intake.x12.read import read_x12

SECRETS = (
    "TESTERSON",
    "ALBERTA",
    "19610203",
    "MEM0001",
    "JUNIORSON",
    "BEATRIX",
    "20140506",
    "MEM0002",
    "SPOUSEY",
    "MEM0003",
)
GROUPS = {"837": "HC", "835": "HP", "999": "FA", "997": "FA", "277": "HN"}

CLAIM_P = """
BHT*0019*00*BATCH7*20260302*0905*CH
NM1*41*2*BILLING OFFICE*****46*SUB1
NM1*40*2*CLEARING HOUSE*****46*REC1
HL*1**20*1
NM1*85*2*RIVER CLINIC*****XX*1111111112
N3*1 RIVER RD
HL*2*1*22*0
SBR*P*18*******CI
NM1*IL*1*TESTERSON*ALBERTA****MI*MEM0001
DMG*D8*19610203*F
NM1*PR*2*PLAIN HEALTH*****PI*PAY01
CLM*PCN-1*250.5***11:B:7*Y*A*Y*Y
REF*F8*ICN99
REF*D9*CH77
HI*ABK:J449*ABF:I10*ABF:E119
NM1*82*1*HEALER*HELEN****XX*2222222223
LX*1
SV1*HC:99213:25:59*150.5*UN*1***1:2**N
DTP*472*D8*20260227
REF*6R*LINE-A
LX*2
SV1*HC:J1885*100*UN*2.5*11**3
DTP*472*RD8*20260225-20260228
"""

CLAIM_I = """
BHT*0019*00*BATCH8*20260303*101530*CH
HL*1**20*1
NM1*85*2*RIVER HOSPITAL*****XX*3333333334
HL*2*1*22*1
SBR*P********MB
NM1*IL*1*TESTERSON*ALBERTA****MI*MEM0001
DMG*D8*19610203*F
NM1*PR*2*PLAIN HEALTH*****PI*PAY01
HL*3*2*23*0
PAT*19
NM1*QC*1*JUNIORSON*BEATRIX
DMG*D8*20140506*F
CLM*PCN-I*900***11:A:1**A*Y*Y
DTP*434*RD8*20260201-20260205
DTP*435*DT*202602010830
CL1*1*7*30
HI*ABK:K3580
HI*ABJ:R109
HI*DR:340
HI*BH:A1:D8:20260101
NM1*71*1*ATTENDER*ANN****XX*4444444445
LX*1
SV2*0300*HC:81099*73.42*UN*1
DTP*472*D8*20260202
LX*2
SV2*0120**826.58*DA*4
"""

# What another payer decided of CLAIM_P, to stand before its first LX.
COB = """\
SBR*P*18*******16
CAS*PR*1*21.89
AMT*D*39.15
OI***Y*P**Y
NM1*IL*1*SPOUSEY*CARL****MI*MEM0003
NM1*PR*2*OTHER PAYER*****PI*OTHER9
REF*F8*OTHERICN
DTP*573*D8*20260215
NM1*82*1*OTHER*DOC****XX*9999999999
"""

REMIT = """
BPR*I*120*C*ACH*CCP*01*999*DA*1*1512345678**01*999*DA*2*20260310
TRN*1*EFT55*1512345678
DTM*405*20260309
N1*PR*PLAIN HEALTH
REF*2U*PAY01
N1*PE*RIVER CLINIC*XX*1111111112
LX*1
CLP*PCN-1*1*250*150*20*12*ICN1*11*1**340
CAS*CO*45*10
NM1*QC*1*TESTERSON*ALBERTA****MI*MEM0002
NM1*IL*1*SPOUSEY*CARL****MI*MEM0001
NM1*82*1*HEALER*HELEN****XX*2222222223
MOA***MA01*N30
DTM*232*20260225
DTM*233*20260228
DTM*050*20260303
SVC*HC:99213:25:59*150*100*0510*1**
DTM*472*20260227
CAS*CO*45*30**97*5*1
CAS*PR*1*10*1*2*3**3*2
REF*6R*LINE-A
AMT*B6*120
LQ*HE*N130
SVC*HC:J1885*100*60**2.5*HC:J9999
DTM*150*20260225
DTM*151*20260226
CAS*PI*A1*1*1*A2*2*2*A3*3*3*A4*4*4*A5*5*5*A6*25*6
PLB*1111111112*20261231*WO:REF1*20*CS*10
"""

REVERSAL = """
BPR*I*0*C*NON************20260320
TRN*1*EFT56*1512345678
N1*PR*PLAIN HEALTH*XV*PLAN9
CLP*PCN-1*22*-250*-160*-20*12*ICN1
CAS*CO*45*-90
CLP*PCN-1*1*250*160*20*12*ICN2
CAS*CO*45*90
"""

STATUS = """
BHT*0085*08*ACK1*20260303*1200*TH
HL*1**20*1
NM1*PR*2*PLAIN HEALTH*****PI*PAY01
TRN*1*T1
HL*2*1*21*1
NM1*41*2*BILLING OFFICE*****46*SUB1
TRN*2*BATCH7
STC*A1:19:PR*20260303*WQ*350.5
HL*3*2*19*1
NM1*85*2*RIVER CLINIC*****XX*1111111112
TRN*1*0
STC*A8:496:85*20260302*U*350.5
HL*4*3*PT
NM1*QC*1*TESTERSON*ALBERTA****MI*MEM0001
TRN*2*PCN-1
STC*A7:562:85*20260303*U*250.5******A7:164:IL*A3:21
REF*1K*ICN1
REF*D9*CH77
DTP*472*D8*20260227
"""

SYNTAX = """
AK1*HC*77*005010X222A1
AK2*837*0001*005010X222A1
IK5*A
AK2*837*0002*005010X222A1
IK3*CLM*22**8
CTX*CLM01:PCN-1
IK4*2*782*1
IK5*R*5
AK9*P*2*2*1
"""


def isa(control="000000001", element="*", component=":", terminator="~"):
    fields = [
        "00",
        " " * 10,
        "00",
        " " * 10,
        "ZZ",
        "SENDER".ljust(15),
        "ZZ",
        "RECEIVER".ljust(15),
        "260302",
        "0900",
    ]
    return element.join(["ISA", *fields, "^", "00501", control, "0", "P", component]) + terminator


def file(set_id, *bodies, version="", control="000000001", element="*", component=":", terminator="~"):
    """Return an interchange of one group with a transaction for every body; delimiters are put in place of * : ~."""
    versions = {
        "837": "005010X222A1",
        "835": "005010X221A1",
        "999": "005010X231A1",
        "277": "005010X214",
        "997": "004010",
    }
    version = version or versions[set_id]
    lines = [f"GS*{GROUPS[set_id]}*SENDER*RECEIVER*20260302*0930*77*X*{version}"]
    for number, body in enumerate(bodies, 1):
        inside = body.split("\n")
        segments = [line for line in inside if line]
        lines += [f"ST*{set_id}*{number:04d}*{version}", *segments, f"SE*{len(segments) + 2}*{number:04d}"]
    lines += [f"GE*{len(bodies)}*77", f"IEA*1*{control}"]
    text = "".join(line + "\x00" for line in lines)
    text = (
        text.replace(":", "\x01").replace("*", element).replace("\x01", component).replace("\x00", terminator)
    )
    return (isa(control, element, component, terminator) + text).encode()


def content_id(body):
    """Return what the ids of claims and payments carry of a transaction: a hash of the segments between ST and SE."""
    return hashlib.blake2b(body.strip().encode(), digest_size=8).hexdigest()


def hide(kind, value):
    return hashlib.sha256(f"{kind} {value}".encode()).hexdigest()[:12] if value else None


def read(data, time_zone="America/Chicago", *, secretive=True) -> Parsed:
    """Read a file and hold every reader to its word: reconciled, contract columns, nobody's name.

    A damaged file can put a name where a payer's belongs; then `secretive` is too much to ask.
    """
    parsed = read_x12(data, hide=hide, time_zone=time_zone)
    assert parsed.unusable or parsed.records == parsed.loaded + parsed.rejected, (
        parsed.records,
        parsed.rejects,
    )
    for name, table in parsed.tables.items():
        assert table.columns == [*TABLES[name].column_names, "txn_no", "row_no", "k"]
        assert_required(name, table)
    told = repr([parsed, [table.rows() for table in parsed.tables.values()]]) if secretive else ""
    assert [secret for secret in SECRETS if secret in told] == []
    return parsed


def assert_required(name, table):
    for column in TABLES[name].columns:
        if column.required:
            assert table[column.name].null_count() == 0, (name, column.name)


def codes(parsed):
    return [flag.code for flag in parsed.flags]


def rows(parsed, name, *columns):
    return parsed.tables[name].select(columns).rows()
