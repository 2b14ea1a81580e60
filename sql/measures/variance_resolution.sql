-- One row per definition, payer, reason and day: payment exceptions closed, against those opened.
-- grain: definition_id, payer_id, exception_reason, measured_on
-- slice: measured_on
-- restated by: ledger.variance_movements.moved_on
select
    'variance_resolution_rate' as definition_id,  -- which definition
    payer_id,  -- payer; unknown where none was given
    exception_reason,  -- variance, partial, no_match or plb
    cast(n_closed as decimal(18, 4)) as numerator,  -- exceptions closed that day, whenever they were opened
    cast(n_opened as decimal(18, 4)) as denominator,  -- exceptions opened that day
    cast(n_closed as double) / nullif(n_opened, 0) as value,  -- closed per opened; null on a day on which none was opened
    moved_on as measured_on  -- day
from ledger.variance_movements
where moved_on between $from and $to
