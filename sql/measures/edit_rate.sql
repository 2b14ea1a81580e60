-- One row per definition, charge-entry person, day of entry, complexity and payer: claims that hit an edit of the charge or
-- registration family on their first pass, and such edits per hundred claims. Claims that the scrubber has not accepted stay out:
-- of them nobody knows whether an edit fires.
-- grain: definition_id, staff_id, role, complexity, payer_id, measured_on
-- slice: measured_on
-- restated by: ledger.first_passes.entered_on
with claims_entered_and_scrubbed as (
    select
        entered_by, complexity, payer_id, entered_on,
        count(*) as n_claims,
        count(*) filter (where n_charge_edits + n_registration_edits > 0) as n_hit,
        sum(n_charge_edits + n_registration_edits) as n_edits
    from ledger.first_passes
    where entered_on between $from and $to and entered_by is not null and scrubbed_on is not null
    group by entered_by, complexity, payer_id, entered_on
),

both_definitions as (
    select
        'edit_rate.claims' as definition_id, entered_by, complexity, payer_id, entered_on,
        n_hit as numerator, cast(n_claims as decimal(18, 4)) as denominator
    from claims_entered_and_scrubbed
    union all
    select
        'edit_rate.per_hundred' as definition_id, entered_by, complexity, payer_id, entered_on,
        n_edits as numerator, cast(n_claims * 0.01 as decimal(18, 4)) as denominator
    from claims_entered_and_scrubbed
)

select
    definition_id,  -- which definition: claims with an edit, or edits per hundred claims
    entered_by as staff_id,  -- who entered the charges
    'charge_entry' as role,  -- role that charge entry is
    complexity,  -- low, medium or high
    payer_id,  -- payer first billed, else entered
    cast(numerator as decimal(18, 4)) as numerator,  -- claims with an edit, or edits
    denominator,  -- claims entered, or hundreds of them
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value,  -- share, or edits per hundred claims
    entered_on as measured_on  -- day of charge entry
from both_definitions
