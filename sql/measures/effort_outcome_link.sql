-- One row per definition and team: whether weeks in which more care was taken were followed by fewer denials of that kind.
-- Claims are told by week of entry (eligibility) or of coding (coding), by the team of whoever did it. Effort is the active time
-- spent on exactly these claims before they went out, outcome what the primary payer said of the same claims within
-- link_days. So the lag is each claim's own and no claim counts in two weeks. The interval is Fisher's z at 90 %, with the
-- number of weeks reduced where both series drift (Bartlett 1935). It describes; it proves no cause.
-- grain: definition_id, team
-- slice: all
-- restated by: ledger.claims
-- restated by: ledger.claim_starts
-- restated by: ledger.denials
-- restated by: ledger.touches
-- restated by: ledger.staff_roles
-- restated by: ledger.parameters
with limits as (
    select
        max(case when name = 'link_days' then value end) as link_days,
        max(case when name = 'link_min_claims' then value end) as min_claims,
        max(case when name = 'link_min_periods' then value end) as min_periods,
        max(case when name = 'matured_share' then value end) as matured_share
    from ledger.parameters
),

claims_of_people as (
    select
        'effort_outcome_link.eligibility' as definition_id, 'eligibility' as category, c.pcn, s.encounter_id,
        c.charge_entered_by as staff_id, c.charge_entered_on as made_on, c.first_submitted_on, c.first_adjudicated_on,
        c.first_remit_claim_id
    from ledger.claims as c
    left join ledger.claim_starts as s on s.pcn = c.pcn
    where c.charge_entered_by is not null and c.charge_entered_on is not null and c.is_original and c.is_primary
    union all
    select
        'effort_outcome_link.coding' as definition_id, 'coding' as category, c.pcn, s.encounter_id,
        c.coder_id as staff_id, c.coded_on as made_on, c.first_submitted_on, c.first_adjudicated_on, c.first_remit_claim_id
    from ledger.claims as c
    left join ledger.claim_starts as s on s.pcn = c.pcn
    where c.coder_id is not null and c.coded_on is not null and c.is_original and c.is_primary
),

care as (
    select
        case when action_code = 'verify_eligibility' then 'eligibility' else 'coding' end as category,
        coalesce(pcn, case when item_type = 'encounter' then item_id end) as item, worked_on, sum(active_s) as active_s
    from ledger.touches
    where
        action_code = 'verify_eligibility'
        or (role = 'coder' and action_code in ('query', 'clarify', 'note', 'attach', 'obtain_records'))
    group by 1, 2, 3
),

care_of_each_claim as (
    select c.definition_id, c.pcn, sum(a.active_s) as active_s
    from claims_of_people as c
    inner join care as a on a.category = c.category and a.item = c.pcn
    where a.worked_on <= coalesce(c.first_submitted_on, c.made_on)
    group by c.definition_id, c.pcn
),

care_of_each_visit as (
    select c.definition_id, c.pcn, sum(a.active_s) as active_s
    from claims_of_people as c
    inner join care as a on a.category = c.category and a.item = c.encounter_id
    where a.worked_on <= coalesce(c.first_submitted_on, c.made_on) and c.encounter_id <> c.pcn
    group by c.definition_id, c.pcn
),

denied_claims as (
    select distinct remit_claim_id, category
    from ledger.denials
    where category in ('eligibility', 'coding')
),

outcomes as (
    select
        c.definition_id, coalesce(r.team, 'unknown') as team, c.staff_id, cast(date_trunc('week', c.made_on) as date) as week,
        coalesce(e.active_s, 0) + coalesce(v.active_s, 0) as active_s,
        coalesce(c.first_adjudicated_on <= c.made_on + cast(l.link_days as integer), false) as is_judged,
        d.remit_claim_id is not null as is_denied
    from claims_of_people as c
    cross join limits as l
    left join care_of_each_claim as e on e.definition_id = c.definition_id and e.pcn = c.pcn
    left join care_of_each_visit as v on v.definition_id = c.definition_id and v.pcn = c.pcn
    left join denied_claims as d on d.remit_claim_id = c.first_remit_claim_id and d.category = c.category
    left join ledger.staff_roles as r
        on r.staff_id = c.staff_id and c.made_on >= r.valid_from and (r.valid_to is null or c.made_on <= r.valid_to)
),

weeks as (
    select
        o.definition_id, o.team, o.week, count(*) as n_claims,
        count(*) filter (where o.is_judged) as n_judged,
        cast(sum(o.active_s) / 60.0 / count(*) as decimal(18, 9)) as x,
        cast(count(*) filter (where o.is_judged and o.is_denied) * 1.0 / nullif(count(*) filter (where o.is_judged), 0)
            as decimal(18, 9)) as y
    from outcomes as o
    group by o.definition_id, o.team, o.week
),

counted_weeks as (
    select
        w.definition_id, w.team, w.week, w.n_judged, w.x, w.y,
        avg(w.x) over (partition by w.definition_id, w.team) as mean_x,
        avg(w.y) over (partition by w.definition_id, w.team) as mean_y
    from weeks as w
    cross join limits as l
    where w.n_judged >= l.min_claims and w.n_judged >= l.matured_share * w.n_claims
),

deviations as (
    select
        definition_id, team, week, n_judged, x - mean_x as dx, y - mean_y as dy,
        lead(x - mean_x) over (partition by definition_id, team order by week) as next_dx,
        lead(y - mean_y) over (partition by definition_id, team order by week) as next_dy
    from counted_weeks
),

sums as (
    select
        definition_id, team, count(*) as n, sum(n_judged) as n_judged, min(week) as first_week, max(week) as last_week,
        cast(sum(cast(dx * dx as decimal(38, 15))) as double) as sxx,
        cast(sum(cast(dy * dy as decimal(38, 15))) as double) as syy,
        cast(sum(cast(dx * dy as decimal(38, 15))) as double) as sxy,
        cast(sum(cast(dx * next_dx as decimal(38, 15))) as double) as sxx_next,
        cast(sum(cast(dy * next_dy as decimal(38, 15))) as double) as syy_next
    from deviations
    group by definition_id, team
),

teams as (
    select definition_id, team, count(distinct staff_id) as n_people, max(week) as last_seen
    from outcomes
    group by definition_id, team
),

drifts as (
    select
        t.definition_id, t.team, t.n_people, coalesce(s.n, 0) as n, coalesce(s.n_judged, 0) as n_judged, s.first_week,
        coalesce(s.last_week, t.last_seen) as last_week, s.sxx, s.syy, s.sxy,
        case
            when s.sxx > 1e-12 and s.syy > 1e-12
                then greatest(0, least(0.95, sxx_next / sxx * syy_next / syy))
        end as drift
    from teams as t
    left join sums as s on s.definition_id = t.definition_id and s.team = t.team
),

correlations as (
    select
        d.definition_id, d.team, d.n_people, d.n, d.n_judged, d.first_week, d.last_week,
        case
            when d.n < l.min_periods then 'fewer weeks than link_min_periods'
            when d.drift is null then 'effort or outcome never changed'
        end as reason,
        d.sxy / nullif(d.sxx, 0) as slope,
        d.n * (1 - d.drift) / (1 + d.drift) as n_effective,
        greatest(-0.999999, least(0.999999, d.sxy / nullif(sqrt(d.sxx * d.syy), 0))) as r
    from drifts as d
    cross join limits as l
)

select
    definition_id,  -- which definition
    team,  -- team that entered or coded the claims, by the roster
    cast(n as bigint) as n_periods,  -- weeks counted
    case when reason is null then n_effective end as n_effective,  -- weeks that they are worth, since neighbouring weeks are alike
    cast(n_judged as bigint) as n_claims,  -- claims judged in them
    cast(n_people as bigint) as n_people,  -- people who made the claims; published as a class only
    case when reason is null then slope end as slope,  -- change of the denied share per minute more on a claim
    case when reason is null then r end as value,  -- correlation, -1 to 1; null with a reason
    case when reason is null and n_effective > 3 then tanh(atanh(r) - 1.6448536269514722 / sqrt(n_effective - 3)) end as low,  -- lower end of its 90 % interval; null with too few weeks
    case when reason is null and n_effective > 3 then tanh(atanh(r) + 1.6448536269514722 / sqrt(n_effective - 3)) end as high,  -- upper end
    reason,  -- why nothing is said
    first_week,  -- Monday of the first week counted; null without one
    last_week as measured_on  -- Monday of the last week counted; without one, of the last week with claims
from correlations
