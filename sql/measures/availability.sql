-- One row per definition: whether the office delivers what it needs, and which days that covers. What is not available is
-- told with the feeds that it waits for; everything else stands without them.
-- grain: definition_id
-- slice: all
-- restated by: measures.definitions
-- restated by: measures.definition_feeds
-- restated by: intake.account_adjustments
-- restated by: intake.accounts
-- restated by: intake.acknowledged_errors
-- restated by: intake.acknowledgements
-- restated by: intake.activity
-- restated by: intake.admissions
-- restated by: intake.appeals
-- restated by: intake.ar_snapshots
-- restated by: intake.assignments
-- restated by: intake.audits
-- restated by: intake.calls
-- restated by: intake.capitation_payments
-- restated by: intake.charge_entries
-- restated by: intake.claim_diagnoses
-- restated by: intake.claim_lines
-- restated by: intake.claim_other_adjustments
-- restated by: intake.claim_other_payers
-- restated by: intake.claim_other_payments
-- restated by: intake.claims
-- restated by: intake.client_fees
-- restated by: intake.coding
-- restated by: intake.complexity_points
-- restated by: intake.denial_codes
-- restated by: intake.denial_worklist
-- restated by: intake.deposits
-- restated by: intake.diagnosis_codes
-- restated by: intake.ed_visits
-- restated by: intake.em_audits
-- restated by: intake.encounters
-- restated by: intake.fee_schedule
-- restated by: intake.filing_limits
-- restated by: intake.financials
-- restated by: intake.friction
-- restated by: intake.friction_claims
-- restated by: intake.member_costs
-- restated by: intake.member_months
-- restated by: intake.payer_contracts
-- restated by: intake.payments
-- restated by: intake.production_history
-- restated by: intake.provider_adjustments
-- restated by: intake.provider_days
-- restated by: intake.provider_time
-- restated by: intake.providers
-- restated by: intake.quality_results
-- restated by: intake.queries
-- restated by: intake.queue_events
-- restated by: intake.reference_values
-- restated by: intake.remit_adjustments
-- restated by: intake.remit_claims
-- restated by: intake.remit_lines
-- restated by: intake.remit_remarks
-- restated by: intake.remits
-- restated by: intake.risk_tiers
-- restated by: intake.scrubber_events
-- restated by: intake.shifts
-- restated by: intake.slots
-- restated by: intake.staff
-- restated by: intake.work_log
with feeds as (
    select 'account_adjustments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.account_adjustments
    union all
    select 'accounts' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.accounts
    union all
    select 'acknowledged_errors' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.acknowledged_errors
    union all
    select 'acknowledgements' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.acknowledgements
    union all
    select 'activity' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.activity
    union all
    select 'admissions' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.admissions
    union all
    select 'appeals' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.appeals
    union all
    select 'ar_snapshots' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.ar_snapshots
    union all
    select 'assignments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.assignments
    union all
    select 'audits' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.audits
    union all
    select 'calls' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.calls
    union all
    select 'capitation_payments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.capitation_payments
    union all
    select 'charge_entries' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.charge_entries
    union all
    select 'claim_diagnoses' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.claim_diagnoses
    union all
    select 'claim_lines' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.claim_lines
    union all
    select 'claim_other_adjustments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.claim_other_adjustments
    union all
    select 'claim_other_payers' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.claim_other_payers
    union all
    select 'claim_other_payments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.claim_other_payments
    union all
    select 'claims' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.claims
    union all
    select 'client_fees' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.client_fees
    union all
    select 'coding' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.coding
    union all
    select 'complexity_points' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.complexity_points
    union all
    select 'denial_codes' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.denial_codes
    union all
    select 'denial_worklist' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.denial_worklist
    union all
    select 'deposits' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.deposits
    union all
    select 'diagnosis_codes' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.diagnosis_codes
    union all
    select 'ed_visits' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.ed_visits
    union all
    select 'em_audits' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.em_audits
    union all
    select 'encounters' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.encounters
    union all
    select 'fee_schedule' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.fee_schedule
    union all
    select 'filing_limits' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.filing_limits
    union all
    select 'financials' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.financials
    union all
    select 'friction' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.friction
    union all
    select 'friction_claims' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.friction_claims
    union all
    select 'member_costs' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.member_costs
    union all
    select 'member_months' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.member_months
    union all
    select 'payer_contracts' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.payer_contracts
    union all
    select 'payments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.payments
    union all
    select 'production_history' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.production_history
    union all
    select 'provider_adjustments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.provider_adjustments
    union all
    select 'provider_days' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.provider_days
    union all
    select 'provider_time' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.provider_time
    union all
    select 'providers' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.providers
    union all
    select 'quality_results' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.quality_results
    union all
    select 'queries' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.queries
    union all
    select 'queue_events' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.queue_events
    union all
    select 'reference_values' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.reference_values
    union all
    select 'remit_adjustments' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.remit_adjustments
    union all
    select 'remit_claims' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.remit_claims
    union all
    select 'remit_lines' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.remit_lines
    union all
    select 'remit_remarks' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.remit_remarks
    union all
    select 'remits' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.remits
    union all
    select 'risk_tiers' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.risk_tiers
    union all
    select 'scrubber_events' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.scrubber_events
    union all
    select 'shifts' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.shifts
    union all
    select 'slots' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.slots
    union all
    select 'staff' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.staff
    union all
    select 'work_log' as feed, count(*) as n_rows, min(event_date) as first_day, max(event_date) as last_day from intake.work_log
),

needs as (
    select d.definition_id, d.words, f.n_rows, f.first_day, f.last_day
    from measures.definition_feeds as d
    left join feeds as f on f.feed = d.feed
),

missing_words as (
    select distinct definition_id, words
    from needs
    where coalesce(n_rows, 0) = 0
),

missing as (
    select definition_id, string_agg(words, ', ' order by words) as words
    from missing_words
    group by definition_id
),

covered as (
    select definition_id, max(first_day) as first_day, max(last_day) as last_day
    from needs
    group by definition_id
)

select
    d.definition_id,  -- which definition
    m.words is null as is_available,  -- whether every feed that it needs has delivered something
    case
        when m.words is null then 'available'
        else 'not available: needs ' || m.words
    end as availability,  -- the same in words: which feeds are missing
    c.first_day,  -- first day on which every feed that has come had begun
    c.last_day  -- last day of which any of its feeds tells
from measures.definitions as d
left join missing as m on m.definition_id = d.definition_id
left join covered as c on c.definition_id = d.definition_id
