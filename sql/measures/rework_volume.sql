-- One row per definition, payer and day of first submission: claims, those that had to be worked again by the role whose
-- step that goes back to, and what working them again has cost so far. Young claims may still come back: read months
-- that have settled.
-- grain: definition_id, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.reworked_claims.first_submitted_on
with claims_of_each_day as (
    select
        payer_id, first_submitted_on,
        count(*) as n_claims,
        count(*) filter (where is_reworked) as n_reworked,
        count(*) filter (where origin_role = 'coder') as n_coder,
        count(*) filter (where origin_role = 'charge_entry') as n_charge_entry,
        count(*) filter (where origin_role = 'payment_posting') as n_payment_posting,
        count(*) filter (where origin_role = 'ar_follow_up') as n_ar_follow_up,
        count(*) filter (where origin_role = 'denial_management') as n_denial_management,
        count(*) filter (where origin_role = 'patient_billing') as n_patient_billing,
        count(*) filter (where is_reworked and origin_role not in (
            'coder', 'charge_entry', 'payment_posting', 'ar_follow_up', 'denial_management', 'patient_billing'
        )) as n_unknown,
        coalesce(sum(rework_cost), 0) as rework_cost
    from ledger.reworked_claims
    where first_submitted_on between $from and $to
    group by payer_id, first_submitted_on
),

measures as (
    select 'rework_volume.claims' as definition_id, payer_id, first_submitted_on, n_reworked as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select 'rework_volume.coder' as definition_id, payer_id, first_submitted_on, n_coder as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select
        'rework_volume.charge_entry' as definition_id, payer_id, first_submitted_on,
        n_charge_entry as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select
        'rework_volume.payment_posting' as definition_id, payer_id, first_submitted_on,
        n_payment_posting as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select
        'rework_volume.ar_follow_up' as definition_id, payer_id, first_submitted_on,
        n_ar_follow_up as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select
        'rework_volume.denial_management' as definition_id, payer_id, first_submitted_on,
        n_denial_management as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select
        'rework_volume.patient_billing' as definition_id, payer_id, first_submitted_on,
        n_patient_billing as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select 'rework_volume.unknown' as definition_id, payer_id, first_submitted_on, n_unknown as numerator, n_claims as denominator
    from claims_of_each_day
    union all
    select 'rework_cost' as definition_id, payer_id, first_submitted_on, rework_cost as numerator, n_reworked as denominator
    from claims_of_each_day
)

select
    definition_id,  -- which definition
    payer_id,  -- payer first billed
    cast(numerator as decimal(18, 4)) as numerator,  -- claims worked again, or dollars of labour
    cast(denominator as decimal(18, 4)) as denominator,  -- claims that went out, or claims worked again
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share, or dollars per claim worked again
    first_submitted_on as measured_on  -- day of the first submission
from measures
