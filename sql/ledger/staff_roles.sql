-- One row per person, role and period: who did which job on which day.
-- A period ends where the person's next one begins; of two roles that begin on one day the last by name holds.
-- grain: staff_id, role, valid_from
-- slice: all
-- restated by: intake.staff
with latest_delivery_of_each_period as (
    select staff_id, role, team, site, system_id, hire_date, role_start, fte, loaded_rate, valid_from, valid_to
    from intake.staff
    qualify row_number() over (
        partition by staff_id, role, valid_from
        order by delivery_date desc, file_id desc, row_no desc
    ) = 1
),

periods_with_the_next_start as (
    select
        staff_id, role, team, site, system_id, hire_date, role_start, fte, loaded_rate, valid_from, valid_to,
        lead(valid_from) over (partition by staff_id order by valid_from, role) as next_from
    from latest_delivery_of_each_period
),

periods_that_do_not_overlap as (
    select
        staff_id, role, team, site, system_id, hire_date, role_start, fte, loaded_rate, valid_from,
        case
            when next_from is null then valid_to
            else least(coalesce(valid_to, next_from), cast(next_from - interval '1 day' as date))
        end as last_day
    from periods_with_the_next_start
)

select
    staff_id,  -- person, as a pseudonym
    role,  -- billing role held in the period
    team,  -- team
    site,  -- site
    system_id,  -- system mostly worked in
    hire_date,  -- first day with the employer
    role_start,  -- first day in the role, from which tenure is counted
    fte,  -- full-time equivalent
    loaded_rate,  -- loaded hourly cost, USD
    valid_from,  -- first day of the period
    last_day as valid_to  -- last day of the period; null while it lasts
from periods_that_do_not_overlap
where last_day is null or last_day >= valid_from
