-- One row per definition, person, role and day: what people claimed to have lost to a system, how it was decided, and how
-- much of the paid day the accepted claims take. Acceptance and open claims stand on the day on which what is claimed
-- began; the share exists on days with a shift, claims that overlap counted once. Beside it the share from which the
-- check on this table warns.
-- grain: definition_id, staff_id, role, complexity, measured_on
-- slice: measured_on
-- restated by: ledger.friction_claims.started_on
-- restated by: ledger.friction_days.affected_on
-- restated by: ledger.staff_days.work_date
-- restated by: ledger.staff_roles.staff_id via staff_id
-- restated by: ledger.parameters
with claims_of_each_day as (
    select
        c.staff_id, coalesce(r.role, 'unknown') as role, c.started_on,
        count(*) as n_claims,
        count(*) filter (where c.status = 'accepted') as n_accepted,
        count(*) filter (where c.status = 'claimed') as n_open
    from ledger.friction_claims as c
    left join ledger.staff_roles as r
        on r.staff_id = c.staff_id and c.started_on >= r.valid_from and (r.valid_to is null or c.started_on <= r.valid_to)
    where c.started_on between $from and $to
    group by c.staff_id, coalesce(r.role, 'unknown'), c.started_on
),

shifts as (
    select staff_id, role, work_date, shift_start_at, shift_end_at, paid_min
    from ledger.staff_days
    where work_date between $from and $to and paid_min > 0
),

claims_counted_once as (
    select
        s.staff_id, s.work_date, least(f.ended_at, s.shift_end_at) as ended_at,
        greatest(s.shift_start_at, f.started_at, coalesce(max(f.ended_at) over (
            partition by s.staff_id, s.work_date
            order by f.started_at, f.ended_at desc, f.friction_id
            rows between unbounded preceding and 1 preceding
        ), f.started_at)) as started_at
    from shifts as s
    inner join ledger.friction_days as f
        on f.staff_id = s.staff_id and f.affected_on = s.work_date
        and f.started_at < s.shift_end_at and f.ended_at > s.shift_start_at
    where f.affected_on between $from and $to
),

seconds_of_each_shift as (
    select staff_id, work_date, sum(date_diff('second', started_at, ended_at)) as claimed_s
    from claims_counted_once
    where started_at < ended_at
    group by staff_id, work_date
),

measures as (
    select
        'friction_claims.accepted_share' as definition_id, s.staff_id, s.role, s.work_date as measured_on,
        coalesce(c.claimed_s, 0) / 60.0 as numerator, s.paid_min as denominator
    from shifts as s
    left join seconds_of_each_shift as c on c.staff_id = s.staff_id and c.work_date = s.work_date
    union all
    select
        'friction_claims.acceptance' as definition_id, staff_id, role, started_on as measured_on,
        n_accepted as numerator, n_claims - n_open as denominator
    from claims_of_each_day
    where n_claims > n_open
    union all
    select
        'friction_claims.open' as definition_id, staff_id, role, started_on as measured_on,
        n_open as numerator, n_claims as denominator
    from claims_of_each_day
)

select
    definition_id,  -- which definition
    staff_id,  -- person
    role,  -- billing role held that day
    'all' as complexity,  -- all: a claim is not about an item
    cast(numerator as decimal(18, 4)) as numerator,  -- minutes of the shift under accepted claims; claims accepted; claims not decided
    cast(denominator as decimal(18, 4)) as denominator,  -- paid minutes; claims decided; claims made
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share
    (select value from ledger.parameters where name = 'friction_claim_max_share') as max_share,  -- accepted share above which the check warns
    measured_on  -- day of the shift, or on which what is claimed began
from measures
