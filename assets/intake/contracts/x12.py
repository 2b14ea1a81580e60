"""Contracts of the tables that are read from X12: claims (837), acknowledgements (TA1, 999, 277CA), remittances (835).

Element references such as CLM01 name the place in the transaction set that a column is read from.
"""

from assets.intake.contracts.model import Table, day, moment, money, number, text, whole

_ENVELOPE = (
    text("interchange_control", "ISA13"),
    text("group_control", "GS06"),
    text("txn_control", "ST02"),
)

CLAIMS = Table(
    name="claims",
    doc="One row per claim submission: a CLM loop of an 837P, 837I or 837D.",
    key=("submission_id",),
    event="submitted_at",
    feed="837",
    columns=(
        text(
            "submission_id",
            "BHT03, the body hash of the transaction and the ordinal of the CLM in it, joined by '-'",
            required=True,
        ),
        text("claim_type", "P professional, I institutional, D dental", required=True),
        text("pcn", "patient control number, CLM01; the provider's own claim number", required=True),
        text("frequency_code", "CLM05-3: 1 original, 7 replacement, 8 void"),
        text("original_ref", "REF*F8: the payer's number of the claim that this one replaces"),
        text("clearinghouse_id", "REF*D9: the clearinghouse's trace number"),
        text("payer_seq", "SBR01 of the subscriber loop: P primary, S secondary, T tertiary"),
        text("filing_code", "SBR09: claim filing indicator"),
        text("payer_id", "NM109 of NM1*PR in loop 2010BB"),
        text("payer_name", "NM103 of NM1*PR"),
        money("charge", "CLM02: total submitted charge", required=True),
        text("facility_code", "CLM05-1: place of service or facility type"),
        text("bill_type", "institutional: CLM05-1 followed by CLM05-3"),
        text("billing_npi", "NM109 of NM1*85"),
        text("rendering_npi", "NM109 of NM1*82 at claim level (institutional: NM1*71, attending)"),
        text("member_key", "pseudonym of NM109 of NM1*IL", hide="member"),
        text(
            "patient_key", "pseudonym of the patient's last name, first name and birth date", hide="patient"
        ),
        day("service_from", "first service date: DTP*434, else the least DTP*472 of the lines"),
        day("service_to", "last service date"),
        day("admit_date", "DTP*435"),
        text("principal_dx", "first code of HI*ABK or HI*BK"),
        text("drg", "HI*DR"),
        whole("n_diagnoses", "diagnosis codes on the claim"),
        whole("n_lines", "service lines on the claim"),
        text("batch_id", "BHT03: originator's batch reference"),
        moment("submitted_at", "BHT04 and BHT05, when the batch was built", required=True),
        *_ENVELOPE,
    ),
)

CLAIM_LINES = Table(
    name="claim_lines",
    doc="One row per service line: an LX loop of an 837.",
    key=("submission_id", "line_no"),
    event="submitted_at",
    feed="837",
    columns=(
        text("submission_id", "the claim submission that the line belongs to", required=True),
        text("pcn", "CLM01 of that claim", required=True),
        whole("line_no", "LX01", required=True),
        text("line_control", "REF*6R: line item control number"),
        text("procedure_code", "SV101-2, SV202-2 or SV301-2"),
        text("modifiers", "up to four modifiers, joined by ':'"),
        text("revenue_code", "SV201, institutional"),
        money("charge", "SV102, SV203 or SV302"),
        text("unit_code", "SV103 or SV204: UN units, MJ minutes, DA days"),
        number("units", "SV104, SV205 or SV306"),
        text("place_of_service", "SV105"),
        text("dx_pointers", "SV107: pointers to the claim's diagnoses, joined by ':'"),
        day("service_from", "DTP*472, else the claim's first date"),
        day("service_to", "DTP*472, end of a range"),
        moment("submitted_at", "as on the claim", required=True),
    ),
)

CLAIM_DIAGNOSES = Table(
    name="claim_diagnoses",
    doc="One row per diagnosis code of a claim: an element of an HI segment.",
    key=("submission_id", "ordinal"),
    event="submitted_at",
    feed="837",
    columns=(
        text("submission_id", "the claim submission", required=True),
        text("pcn", "CLM01 of that claim", required=True),
        whole("ordinal", "position among the claim's diagnoses, from 1", required=True),
        text(
            "qualifier",
            "ABK principal, ABF other, ABJ admitting, APR reason for visit; BK and BF before ICD-10",
        ),
        text("code", "the diagnosis code as sent", required=True),
        moment("submitted_at", "as on the claim", required=True),
    ),
)

CLAIM_OTHER_PAYERS = Table(
    name="claim_other_payers",
    doc="One row per other payer of a claim (coordination of benefits): a 2320 loop of an 837 with its 2330 loops.",
    key=("submission_id", "ordinal"),
    event="submitted_at",
    feed="837",
    columns=(
        text("submission_id", "the claim submission", required=True),
        text("pcn", "CLM01 of that claim", required=True),
        whole("ordinal", "position among the claim's other payers, from 1", required=True),
        text("payer_seq", "SBR01: P primary, S secondary, T tertiary"),
        text("filing_code", "SBR09: claim filing indicator"),
        text("payer_id", "NM109 of NM1*PR in loop 2330B"),
        text("payer_name", "NM103 of that NM1*PR"),
        text("payer_claim_id", "REF*F8 in loop 2330B: that payer's number of the claim"),
        text("member_key", "pseudonym of NM109 of NM1*IL in loop 2330A", hide="member"),
        money("paid", "AMT*D: paid by that payer"),
        money("remaining_patient_liability", "AMT*EAF"),
        money("non_covered", "AMT*A8"),
        day("adjudicated_on", "DTP*573 in loop 2330B"),
        moment("submitted_at", "as on the claim", required=True),
    ),
)

CLAIM_OTHER_PAYMENTS = Table(
    name="claim_other_payments",
    doc="One row per service line and other payer that adjudicated it: an SVD segment (loop 2430) of an 837.",
    key=("file_id", "row_no"),
    event="submitted_at",
    feed="837",
    columns=(
        text("submission_id", "the claim submission", required=True),
        text("pcn", "CLM01 of that claim", required=True),
        whole("line_no", "the service line, as in claim_lines", required=True),
        text("payer_id", "SVD01: as NM109 in loop 2330B"),
        money("paid", "SVD02: paid by that payer for the line", required=True),
        text("procedure_code", "SVD03-2: the code that was adjudicated"),
        text("modifiers", "SVD03-3 to SVD03-6, joined by ':'"),
        text("revenue_code", "SVD04"),
        number("units", "SVD05: units paid"),
        text("bundled_line", "SVD06: the line into which this one was bundled"),
        day("adjudicated_on", "DTP*573 of the line"),
        money("remaining_patient_liability", "AMT*EAF of the line"),
        moment("submitted_at", "as on the claim", required=True),
    ),
)

CLAIM_OTHER_ADJUSTMENTS = Table(
    name="claim_other_adjustments",
    doc="One row per adjustment by another payer: a triplet of a CAS in loop 2320 (line_no 0) or 2430 of an 837.",
    key=("file_id", "row_no", "k"),
    event="submitted_at",
    feed="837",
    columns=(
        text("submission_id", "the claim submission", required=True),
        text("pcn", "CLM01 of that claim", required=True),
        whole("ordinal", "the other payer, as in claim_other_payers; 0 at line level", required=True),
        whole("line_no", "the service line, as in claim_lines; 0 at claim level", required=True),
        text("payer_id", "line level: SVD01; claim level: NM109 in the same 2330B"),
        text("group_code", "CAS01: CO, PR, OA or PI", required=True),
        text("carc", "claim adjustment reason code", required=True),
        money("amount", "adjustment amount", required=True),
        number("quantity", "adjustment quantity"),
        moment("submitted_at", "as on the claim", required=True),
    ),
)

ACKNOWLEDGEMENTS = Table(
    name="acknowledgements",
    doc="One row per acknowledged thing and status: TA1, AK9, AK2/IK5 (or AK5), IK3 with CTX*CLM01, and STC of a 277CA or 277.",
    key=("file_id", "row_no", "k"),
    event="acknowledged_at",
    feed="ack",
    columns=(
        text("kind", "TA1, 997, 999, 277CA or 277", required=True),
        text("level", "interchange, group, transaction, claim, provider, receiver or payer", required=True),
        text("outcome", "accepted, accepted_with_errors, rejected or pending", required=True),
        text("acknowledged_control", "AK102 (group control of ours) at every 999 level; TA101 for a TA1"),
        text("acknowledged_txn", "AK202: control number of our transaction"),
        text("pcn", "277CA: TRN*2 at the patient level; 999: CTX*CLM01"),
        text("batch_id", "277CA: TRN*2 at the receiver level, the BHT03 of our batch"),
        text("payer_claim_id", "REF*1K: payer claim control number"),
        text("clearinghouse_id", "REF*D9"),
        text(
            "category_code", "STC01-1, STC10-1 or STC11-1 (A1, A2, A3, A6, A7, A8 ...); 999: IK501 or AK901"
        ),
        text("status_code", "STC01-2; 999: first syntax error code"),
        text("entity_code", "STC01-3"),
        text("action_code", "STC03: WQ accept, U reject"),
        money("amount", "STC04"),
        text("error_segment", "IK301 and IK302: the segment in error and its position"),
        day("service_from", "DTP*472"),
        moment("acknowledged_at", "STC02, else GS04 and GS05", required=True),
        *_ENVELOPE,
    ),
)

ACKNOWLEDGED_ERRORS = Table(
    name="acknowledged_errors",
    doc="One row per syntax error that a 999 or 997 reports: an error code of IK3/AK3 (segment) or IK4/AK4 (element).",
    key=("file_id", "row_no", "k"),
    event="acknowledged_at",
    feed="ack",
    columns=(
        text("kind", "997 or 999", required=True),
        text("acknowledged_control", "AK102: group control of ours"),
        text("acknowledged_txn", "AK202: control number of our transaction"),
        text("pcn", "CTX*CLM01 of the segment in error, where it is given"),
        text("segment", "IK301: the segment in error", required=True),
        whole("segment_position", "IK302: its position in the transaction"),
        text("loop", "IK303: the loop it stands in"),
        text(
            "element",
            "IK401: position of the element, with its component after '-'; empty for a segment error",
        ),
        text("element_ref", "IK402: data element number"),
        text("error_code", "IK304 or IK403", required=True),
        moment("acknowledged_at", "as on the acknowledgement", required=True),
    ),
)

REMITS = Table(
    name="remits",
    doc="One row per payment: an 835 transaction set.",
    key=("remit_id",),
    event="payment_date",
    feed="835",
    columns=(
        text(
            "remit_id",
            "payer, trace number and the body hash of the transaction, joined by '-': the same payment sent again is the same",
            required=True,
        ),
        text("handling_code", "BPR01"),
        money("amount", "BPR02: total paid", required=True),
        text("credit_debit", "BPR03"),
        text("method", "BPR04: ACH, CHK, NON ..."),
        day("payment_date", "BPR16", required=True),
        day("production_date", "DTM*405"),
        text("trace", "TRN02: check or EFT number"),
        text("origin_id", "TRN03"),
        text("payer_id", "N104 of N1*PR, else REF*2U, else TRN03"),
        text("payer_name", "N102 of N1*PR"),
        text("payee_npi", "N104 of N1*PE"),
        whole("n_claims", "CLP segments in the transaction"),
        *_ENVELOPE,
    ),
)

REMIT_CLAIMS = Table(
    name="remit_claims",
    doc="One row per adjudicated claim: a CLP loop of an 835.",
    key=("remit_claim_id",),
    event="payment_date",
    feed="835",
    columns=(
        text("remit_claim_id", "remit_id and the ordinal of the CLP, joined by '-'", required=True),
        text("remit_id", "the payment", required=True),
        text("pcn", "CLP01", required=True),
        text("payer_claim_id", "CLP07: payer claim control number"),
        text(
            "status_code",
            "CLP02: 1, 2, 3 processed, 4 denied, 19 to 21 forwarded, 22 reversal, 23, 25",
            required=True,
        ),
        money("charge", "CLP03", required=True),
        money("paid", "CLP04", required=True),
        money("patient_responsibility", "CLP05"),
        text("filing_code", "CLP06"),
        text("facility_code", "CLP08"),
        text("frequency_code", "CLP09"),
        text("drg", "CLP11"),
        text("payer_id", "as on the payment"),
        text("patient_key", "pseudonym of NM1*QC last and first name", hide="patient"),
        text("member_key", "pseudonym of NM109 of NM1*IL or NM1*QC", hide="member"),
        text("rendering_npi", "NM109 of NM1*82"),
        day("service_from", "DTM*232, else the least DTM*472 or DTM*150 of the lines"),
        day("service_to", "DTM*233, else the greatest line date"),
        day("claim_received_on", "DTM*050: when the payer received the claim"),
        day("payment_date", "as on the payment", required=True),
    ),
)

REMIT_LINES = Table(
    name="remit_lines",
    doc="One row per adjudicated service line: an SVC loop of an 835.",
    key=("remit_claim_id", "line_no"),
    event="payment_date",
    feed="835",
    columns=(
        text("remit_claim_id", "the adjudicated claim", required=True),
        text("pcn", "CLP01", required=True),
        whole("line_no", "ordinal of the SVC in its CLP, from 1", required=True),
        text("line_control", "REF*6R"),
        text("procedure_code", "SVC01-2"),
        text("modifiers", "SVC01-3 to SVC01-6, joined by ':'"),
        text("original_code", "SVC06-2: the submitted code where the payer changed it"),
        text("revenue_code", "SVC04"),
        money("charge", "SVC02", required=True),
        money("paid", "SVC03", required=True),
        number("units", "SVC05; absent means 1"),
        money("allowed", "AMT*B6"),
        day("service_from", "DTM*472 or DTM*150, else the claim's date"),
        day("service_to", "DTM*472 or DTM*151"),
        day("payment_date", "as on the payment", required=True),
    ),
)

REMIT_ADJUSTMENTS = Table(
    name="remit_adjustments",
    doc="One row per claim adjustment: a triplet of a CAS segment, at claim level (line_no 0) or line level.",
    key=("file_id", "row_no", "k"),
    event="payment_date",
    feed="835",
    columns=(
        text("remit_claim_id", "the adjudicated claim", required=True),
        text("pcn", "CLP01", required=True),
        whole("line_no", "ordinal of the SVC in its CLP; 0 at claim level", required=True),
        text("group_code", "CAS01: CO, PR, OA or PI", required=True),
        text("carc", "claim adjustment reason code", required=True),
        money("amount", "adjustment amount", required=True),
        number("quantity", "adjustment quantity"),
        day("payment_date", "as on the payment", required=True),
    ),
)

REMIT_REMARKS = Table(
    name="remit_remarks",
    doc="One row per remark code: LQ at line level, MIA or MOA at claim level (line_no 0).",
    key=("file_id", "row_no", "k"),
    event="payment_date",
    feed="835",
    columns=(
        text("remit_claim_id", "the adjudicated claim", required=True),
        text("pcn", "CLP01", required=True),
        whole("line_no", "ordinal of the SVC in its CLP; 0 at claim level", required=True),
        text("source", "LQ, MIA or MOA", required=True),
        text("qualifier", "LQ01: HE remark code, RX pharmacy"),
        text("code", "remittance advice remark code", required=True),
        day("payment_date", "as on the payment", required=True),
    ),
)

PROVIDER_ADJUSTMENTS = Table(
    name="provider_adjustments",
    doc="One row per provider-level adjustment: a pair of a PLB segment. Mostly not attributable to a claim.",
    key=("file_id", "row_no", "k"),
    event="payment_date",
    feed="835",
    columns=(
        text("remit_id", "the payment", required=True),
        text("provider_id", "PLB01"),
        day("fiscal_date", "PLB02"),
        text(
            "reason_code",
            "PLB03-1, PLB05-1 ...: WO overpayment recovery, FB forwarding balance, CS, L6 ...",
            required=True,
        ),
        text("reference", "PLB03-2"),
        money("amount", "PLB04, PLB06 ...; positive takes money away", required=True),
        day("payment_date", "as on the payment", required=True),
    ),
)

X12 = (
    CLAIMS,
    CLAIM_LINES,
    CLAIM_DIAGNOSES,
    CLAIM_OTHER_PAYERS,
    CLAIM_OTHER_PAYMENTS,
    CLAIM_OTHER_ADJUSTMENTS,
    ACKNOWLEDGEMENTS,
    ACKNOWLEDGED_ERRORS,
    REMITS,
    REMIT_CLAIMS,
    REMIT_LINES,
    REMIT_ADJUSTMENTS,
    REMIT_REMARKS,
    PROVIDER_ADJUSTMENTS,
)
