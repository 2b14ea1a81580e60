-- One row per definition, payer and day of first submission: original claims of which the first submission was answered by
-- the front end, and those taken at the first answer. The answer is a 277CA, for the claim or for its whole batch; the
-- second definition also counts a file refused by TA1, 999 or 997, after which no 277CA comes. A claim refused and taken
-- later stays refused here, and was never denied. Pending answers wait; claims without an answer are left out.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.claims.first_submitted_on
-- restated by: ledger.claim_events.submitted_on
with claims_first_sent_out as (
    select pcn, payer_id, first_submitted_on
    from ledger.claims
    where first_submitted_on between $from and $to and is_original
),

first_submissions as (
    select c.pcn, c.payer_id, c.first_submitted_on, e.submission_id
    from claims_first_sent_out as c
    inner join ledger.claim_events as e on e.pcn = c.pcn and e.submitted_on = c.first_submitted_on
    where e.event = 'submitted' and e.submitted_on between $from and $to
    qualify row_number() over (partition by c.pcn order by e.step) = 1
),

answers as (
    select
        s.pcn, s.payer_id, s.first_submitted_on, e.source, e.event,
        row_number() over (partition by s.pcn, e.source = '277CA' order by e.step) as place
    from first_submissions as s
    inner join ledger.claim_events as e
        on e.pcn = s.pcn and e.submission_id = s.submission_id and e.submitted_on = s.first_submitted_on
    where
        e.submitted_on between $from and $to
        and (
            (e.source = '277CA' and e.event in ('claim_accepted', 'claim_accepted_with_errors', 'claim_rejected', 'file_rejected'))
            or (e.source in ('TA1', '999', '997') and e.event = 'file_rejected')
        )
),

answer_of_each_claim as (
    select
        pcn, payer_id, first_submitted_on,
        max(case when source = '277CA' then 1 else 0 end) as is_answered,
        max(
            case when source = '277CA' and place = 1 and event in ('claim_accepted', 'claim_accepted_with_errors') then 1 else 0 end
        ) as is_accepted,
        max(case when source <> '277CA' then 1 else 0 end) as is_file_refused
    from answers
    group by pcn, payer_id, first_submitted_on
),

variants as (
    select
        'front_end_acceptance_rate.277ca' as definition_id, payer_id, first_submitted_on,
        sum(is_accepted) as numerator, sum(is_answered) as denominator
    from answer_of_each_claim
    group by payer_id, first_submitted_on
    having sum(is_answered) > 0
    union all
    select
        'front_end_acceptance_rate.999_and_277ca' as definition_id, payer_id, first_submitted_on,
        sum(case when is_file_refused = 0 then is_accepted else 0 end) as numerator, count(*) as denominator
    from answer_of_each_claim
    group by payer_id, first_submitted_on
)

select
    definition_id,  -- which definition: 277ca or 999_and_277ca
    payer_id,  -- payer first billed
    cast(numerator as decimal(18, 4)) as numerator,  -- first submissions taken at the first answer
    cast(denominator as decimal(18, 4)) as denominator,  -- first submissions answered
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    first_submitted_on as measured_on  -- day of the first submission
from variants
