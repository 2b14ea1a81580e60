-- One row per person, role, complexity and day of work: how many of that day's units were judged later, and how.
-- Coders and charge entry answer for the claims that they made; audits answer for whatever they looked at. Counted on the
-- day of the work, so that quality stands beside the hours that produced it.
-- grain: staff_id, role, complexity, work_date
-- slice: work_date
-- restated by: ledger.claims.charge_entered_on
-- restated by: ledger.claims.coded_on
-- restated by: ledger.audited_work.worked_on
with claims_by_who_made_them as (
    select
        'charge_entry' as role, charge_entered_by as staff_id, charge_entered_on as worked_on, complexity,
        scrubbed_on, n_human_edits, first_adjudicated_on, first_is_denied, is_original and is_primary as is_first_pass
    from ledger.claims
    where charge_entered_on between $from and $to and charge_entered_by is not null
    union all
    select
        'coder' as role, coder_id as staff_id, coded_on as worked_on, complexity,
        scrubbed_on, n_human_edits, first_adjudicated_on, first_is_denied, is_original and is_primary as is_first_pass
    from ledger.claims
    where coded_on between $from and $to and coder_id is not null
),

claim_quality as (
    select
        staff_id, worked_on, role, complexity,
        count(scrubbed_on) as edit_n,
        count(scrubbed_on) filter (where n_human_edits > 0) as edits,
        count(first_adjudicated_on) filter (where is_first_pass) as adj_n,
        count(*) filter (where is_first_pass and first_is_denied) as denials
    from claims_by_who_made_them
    group by staff_id, worked_on, role, complexity
),

audit_quality as (
    select staff_id, worked_on, role, complexity, sum(n_units) as qa_n, sum(n_right) as qa_ok
    from ledger.audited_work
    where worked_on between $from and $to and staff_id is not null and role is not null
    group by staff_id, worked_on, role, complexity
),

people_and_days as (
    select staff_id, worked_on, role, complexity from claim_quality
    union
    select staff_id, worked_on, role, complexity from audit_quality
)

select
    p.staff_id,  -- whose work it was
    p.role,  -- role in which it was done
    p.complexity,  -- low, medium or high
    cast(coalesce(a.qa_n, 0) as bigint) as qa_n,  -- units audited: codes, points, notes, root causes
    cast(coalesce(a.qa_ok, 0) as bigint) as qa_ok,  -- of those right
    cast(coalesce(c.edit_n, 0) as bigint) as edit_n,  -- claims coded or entered that day which the scrubber accepted
    cast(coalesce(c.edits, 0) as bigint) as edits,  -- of those fixed by hand
    cast(coalesce(c.adj_n, 0) as bigint) as adj_n,  -- claims coded or entered that day which the primary payer judged
    cast(coalesce(c.denials, 0) as bigint) as denials,  -- of those with a denied line
    p.worked_on as work_date  -- day of the work
from people_and_days as p
left join claim_quality as c
    on c.staff_id = p.staff_id and c.worked_on = p.worked_on and c.role = p.role and c.complexity = p.complexity
left join audit_quality as a
    on a.staff_id = p.staff_id and a.worked_on = p.worked_on and a.role = p.role and a.complexity = p.complexity
