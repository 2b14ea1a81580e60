-- One row per week, role and complexity: how far a candidate of that week lies from the band in force. It changes no band.
-- grain: week, role, complexity
-- slice: all
-- restated by: bands.drift
select
    week,  -- Monday of the week
    as_of,  -- last day of the candidate's window
    role,  -- billing role
    complexity,  -- low, medium or high
    exp(change) - 1 as change,  -- candidate's acceptable band of seniors over the one in force, as a share; null if it is withheld
    exp(change_low) - 1 as change_low,  -- lower end of its 90 % interval
    exp(change_high) - 1 as change_high,  -- upper end of its 90 % interval
    break_on,  -- first day after a change of level since the window of the version in force; null if none was found
    break_change,  -- size of that change, as a share
    alarm,  -- whether that change is certain: calibrate early
    version_id  -- version in force that it is compared with
from bands.drift
