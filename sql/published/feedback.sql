-- One row per version of the bands, role and kind: how many people commented on it, disputed or approved it; never who, never why.
-- A cell of fewer people than the configuration asks for (five) shows no numbers. A version that nobody knows, and a role or kind
-- that there is not, is called unknown or other: what was typed into a file is not published.
-- grain: version_id, role, kind
-- slice: all
-- restated by: intake.feedback
-- restated by: bands.versions
-- restated by: ledger.parameters
with latest_delivery_of_each_voice as (
    select feedback_id, kind, staff_id, role, version_id, given_at
    from intake.feedback
    qualify row_number() over (
        partition by feedback_id order by given_at desc, delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

voices as (
    select
        f.feedback_id, f.staff_id, coalesce(v.version_id, 'unknown') as version_id,
        case
            when f.role in ('coder', 'charge_entry', 'payment_posting', 'ar_follow_up', 'denial_management', 'patient_billing')
                then f.role
            else 'unknown'
        end as role,
        case when f.kind in ('comment', 'dispute', 'approval') then f.kind else 'other' end as kind
    from latest_delivery_of_each_voice as f
    left join bands.versions as v on v.version_id = lower(f.version_id)
),

cells as (
    select
        v.version_id, v.role, v.kind, count(*) as entries, count(distinct v.staff_id) as people,
        cast(min(p.value) as integer) as needed
    from voices as v
    inner join ledger.parameters as p on p.name = 'min_people'
    group by v.version_id, v.role, v.kind
)

select
    version_id as version_id,  -- version of the bands that it is about; unknown where none of that name exists
    role as role,  -- billing role; unknown where there is no such role
    kind as kind,  -- comment, dispute, approval or other
    case when people >= needed then entries end as entries,  -- how often it was said; null where too few people did
    case when people >= needed then people end as people,  -- how many people said it; null where too few did
    case when people < needed then 'fewer than ' || cast(needed as varchar) || ' people' end as reason  -- why there is no number; null where there is one
from cells
