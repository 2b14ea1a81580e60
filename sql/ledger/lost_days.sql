-- One row per person and shift day that was lost to them: leave, meetings, training and friction (logged incidents and the
-- person's own accepted claims) left less than half of the paid time. Nothing falls due because of such a day. A day
-- without a shift is none: nobody knows why there was none.
-- grain: staff_id, lost_on
-- slice: lost_on
-- restated by: ledger.staff_days.work_date
select
    staff_id,  -- person
    work_date as lost_on  -- day of the shift
from ledger.staff_days
where work_date between $from and $to and paid_min > 0 and productive_min < paid_min / 2
