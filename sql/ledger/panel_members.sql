-- One row per contract, person and month of membership, as delivered last. Who was a member for a part of the month counts as
-- that part in member-months; who was taken out again (share 0) is no member.
-- grain: contract_id, person_key, month
-- slice: month
-- restated by: intake.member_months.event_date
with latest_delivery_of_each_month as (
    select contract_id, person_key, provider_npi, coalesce(share, 1) as share, event_date
    from intake.member_months
    where event_date between $from and $to
    qualify row_number() over (
        partition by contract_id, person_key, event_date
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
)

select
    contract_id,  -- contract
    person_key,  -- member, as a pseudonym
    provider_npi,  -- clinician to whom the person is attributed; null where not told
    cast(share as decimal(18, 4)) as share,  -- share of the month
    event_date as month  -- first day of the month
from latest_delivery_of_each_month
where share > 0
