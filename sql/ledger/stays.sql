-- One row per stay of a member: admissions of one kind that follow each other without a night at home are one stay, and so
-- is a transfer that arrives on the next day. What the stay ended with is what its last part ended with.
-- A stay without a type counts as acute. An acute stay and the rehabilitation after it are two stays.
-- grain: stay_id
-- slice: person_key (key)
-- restated by: intake.admissions.person_key
-- restated by: intake.admissions.admission_id via intake.admissions.admission_id
with latest_delivery_of_each_admission as (
    select
        admission_id, contract_id, person_key, admitted_on, discharged_on, coalesce(kind, 'acute') as kind,
        coalesce(is_planned, false) as is_planned, coalesce(is_icu, false) as is_icu, disposition
    from intake.admissions
    where
        admission_id in (
            select a.admission_id
            from intake.admissions as a
            where a.person_key in (select key from ops.restating)
        )
    qualify row_number() over (partition by admission_id order by delivery_date desc, file_id desc, row_no desc) = 1
),

admissions_in_order as (
    select
        admission_id, contract_id, person_key, admitted_on, discharged_on, kind, is_planned, is_icu, disposition,
        max(discharged_on) over (
            partition by contract_id, person_key, kind order by admitted_on, discharged_on, admission_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_discharge,
        lag(disposition) over (
            partition by contract_id, person_key, kind order by admitted_on, discharged_on, admission_id
        ) as earlier_disposition
    from latest_delivery_of_each_admission
    where person_key in (select key from ops.restating) and discharged_on >= admitted_on
),

stays_begun as (
    select
        admission_id, contract_id, person_key, admitted_on, discharged_on, kind, is_planned, is_icu, disposition,
        sum(
            case
                when admitted_on <= earlier_discharge then 0
                when earlier_disposition = 'transfer' and date_diff('day', earlier_discharge, admitted_on) = 1 then 0
                else 1
            end
        ) over (
            partition by contract_id, person_key, kind order by admitted_on, discharged_on, admission_id
            rows between unbounded preceding and current row
        ) as stay_no
    from admissions_in_order
),

parts_from_both_ends as (
    select
        admission_id, contract_id, person_key, admitted_on, discharged_on, kind, is_planned, is_icu, disposition, stay_no,
        row_number() over (
            partition by contract_id, person_key, kind, stay_no order by admitted_on, discharged_on, admission_id
        ) as from_the_first,
        row_number() over (
            partition by contract_id, person_key, kind, stay_no order by discharged_on desc, admitted_on desc, admission_id desc
        ) as from_the_last
    from stays_begun
)

select
    max(case when from_the_first = 1 then admission_id end) as stay_id,  -- its first admission
    contract_id,  -- contract
    person_key,  -- member, as a pseudonym
    kind,  -- acute, observation, rehab, psychiatric, snf or other
    max(case when from_the_first = 1 and is_planned then 1 else 0 end) = 1 as is_planned,  -- whether it was planned, by its first admission
    max(case when is_icu then 1 else 0 end) = 1 as is_icu,  -- whether intensive care was part of it
    max(case when from_the_last = 1 then disposition end) as disposition,  -- where the member went from it; null where not told
    count(*) as n_admissions,  -- admissions that make it up
    min(admitted_on) as admitted_on,  -- first day
    max(discharged_on) as discharged_on  -- last day
from parts_from_both_ends
group by contract_id, person_key, kind, stay_no
