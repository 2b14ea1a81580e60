-- One row per account that the office opened and billed: its first submission, and the day on which its balance came to zero.
-- grain: pcn
-- slice: pcn (key)
-- restated by: intake.accounts.pcn
-- restated by: ledger.submission_times.pcn
with last_state_of_each_account as (
    select pcn, payer_id, closed_at
    from intake.accounts
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by pcn
        order by updated_at desc, delivery_date desc, file_id desc, row_no desc
    ) = 1
)

select
    a.pcn,  -- claim or account number
    coalesce(s.payer_id, a.payer_id) as payer_id,  -- payer first billed, else of the account
    s.submitted_at,  -- when it was first sent
    s.submitted_on,  -- its day, in the office's time zone
    a.closed_at  -- when the balance came to zero; null while open
from last_state_of_each_account as a
inner join ledger.submission_times as s on s.pcn = a.pcn
where s.pcn in (select key from ops.restating) and s.submitted_at is not null
