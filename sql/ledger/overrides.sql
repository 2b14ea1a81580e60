-- One row per edit warning that a person overrode, with what the payer made of the claim at its first adjudication.
-- Where the scrubber records overrides, those count. Else a warning counts that names a person but no time of a fix, on
-- a claim that was released after it: it was looked at and let go. The same warning of a claim's version counts once.
-- grain: pcn, version_no, edit_code, overridden_at
-- slice: pcn (key)
-- restated by: intake.scrubber_events.pcn
-- restated by: ledger.claims.pcn
with latest_delivery_of_each_event as (
    select
        pcn, event_id, event, coalesce(version_no, 1) as version_no, coalesce(edit_code, 'unknown') as edit_code, severity,
        occurred_at, event_date, resolved_by, resolved_at, coalesce(is_automated, false) as is_automated
    from intake.scrubber_events
    where pcn in (select key from ops.restating) and event_date >= $horizon
    qualify row_number() over (
        partition by pcn, event_id, event order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

releases as (
    select pcn, version_no, max(occurred_at) as released_at
    from latest_delivery_of_each_event
    where event = 'released'
    group by pcn, version_no
),

overrides as (
    select e.pcn, e.version_no, e.edit_code, e.resolved_by, e.occurred_at, e.event_date, e.event_id, 0 as place
    from latest_delivery_of_each_event as e
    where e.event = 'overridden' and e.resolved_by is not null and not e.is_automated
    union all
    select e.pcn, e.version_no, e.edit_code, e.resolved_by, e.occurred_at, e.event_date, e.event_id, 1 as place
    from latest_delivery_of_each_event as e
    inner join releases as r on r.pcn = e.pcn and r.version_no = e.version_no and r.released_at >= e.occurred_at
    where
        e.event = 'edit' and e.severity = 'warning' and e.resolved_by is not null and e.resolved_at is null
        and not e.is_automated
),

overrides_counted_once as (
    select pcn, version_no, edit_code, resolved_by, occurred_at, event_date
    from overrides
    qualify row_number() over (partition by pcn, version_no, edit_code order by place, occurred_at, event_id) = 1
)

select
    o.pcn,  -- the provider's claim number
    cast(o.version_no as bigint) as version_no,  -- pass through the scrubber
    o.edit_code,  -- the warning; unknown where the scrubber does not name it
    o.resolved_by as staff_id,  -- who let the claim go
    coalesce(c.payer_id, 'unknown') as payer_id,  -- payer first billed
    coalesce(c.complexity, 'medium') as complexity,  -- of the claim
    o.occurred_at as overridden_at,  -- when
    o.event_date as overridden_on,  -- its day
    case
        when c.first_adjudicated_on >= o.event_date and c.is_original and c.is_primary then c.first_adjudicated_on
    end as first_adjudicated_on,  -- day of the primary payer's first adjudication after it; null while it is awaited
    case
        when c.first_adjudicated_on >= o.event_date and c.is_original and c.is_primary then c.first_is_denied
    end as is_denied,  -- whether a line was denied then
    coalesce(not (c.is_original and c.is_primary) or c.first_adjudicated_on < o.event_date, false) as is_out_of_scope  -- replaced claims, other payers, and what was judged before
from overrides_counted_once as o
left join ledger.claims as c on c.pcn = o.pcn
