-- One row per person, role and month: whether the mix of complexities given to a person differs from the pool's.
-- Each day's items are taken as drawn from that day's pool of the role (multivariate hypergeometric); what was expected
-- and its variance are added up over the days, and the difference in low and high work is a chi-square with two degrees
-- of freedom. Everybody of a role and month is looked at together, so p-values are adjusted for how many were looked at
-- (Benjamini and Hochberg 1995). It says that work was divided unevenly, not by whom or why.
-- grain: definition_id, staff_id, role, measured_on
-- slice: all
-- restated by: ledger.assigned_work
-- restated by: ledger.parameters
with limits as (
    select
        max(case when name = 'skew_min_items' then value end) as min_items,
        max(case when name = 'skew_alpha' then value end) as alpha
    from ledger.parameters
),

people_and_days as (
    select
        staff_id, role, assigned_on, count(*) as n,
        count(*) filter (where complexity = 'low') as n_low,
        count(*) filter (where complexity = 'high') as n_high
    from ledger.assigned_work
    where role <> 'unknown'
    group by staff_id, role, assigned_on
),

beside_the_pool as (
    select
        staff_id, role, assigned_on, n, n_low, n_high,
        sum(n) over (partition by role, assigned_on) as pool,
        sum(n_low) over (partition by role, assigned_on) as pool_low,
        sum(n_high) over (partition by role, assigned_on) as pool_high
    from people_and_days
),

shares as (
    select
        staff_id, role, assigned_on, n, n_low, n_high, pool_low / pool as p_low, pool_high / pool as p_high,
        case when pool > 1 then n * (pool - n) / (pool - 1) else 0 end as spread
    from beside_the_pool
),

months as (
    select
        staff_id, role, cast(date_trunc('month', assigned_on) as date) as month,
        sum(n) as n, sum(n_high) as n_high,
        cast(sum(cast(n_low - n * p_low as decimal(38, 12))) as double) as d_low,
        cast(sum(cast(n_high - n * p_high as decimal(38, 12))) as double) as d_high,
        sum(cast(n * p_high as decimal(38, 12))) as e_high,
        cast(sum(cast(spread * p_low * (1 - p_low) as decimal(38, 12))) as double) as v_low,
        cast(sum(cast(spread * p_high * (1 - p_high) as decimal(38, 12))) as double) as v_high,
        cast(sum(cast(-spread * p_low * p_high as decimal(38, 12))) as double) as v_both
    from shares
    group by 1, 2, 3
),

tested as (
    select
        m.staff_id, m.role, m.month, m.n, m.n_high, m.e_high, m.d_high, l.alpha, l.min_items,
        case
            when m.n < l.min_items then null
            when m.v_low * m.v_high - m.v_both * m.v_both > 1e-6
                then (m.v_high * m.d_low * m.d_low - 2 * m.v_both * m.d_low * m.d_high + m.v_low * m.d_high * m.d_high)
                    / (m.v_low * m.v_high - m.v_both * m.v_both)
            -- pools of two complexities leave one degree of freedom; judged as if it were two, so nobody is flagged lightly
            when m.v_high > 1e-6 then m.d_high * m.d_high / m.v_high
            when m.v_low > 1e-6 then m.d_low * m.d_low / m.v_low
        end as chi_square
    from months as m
    cross join limits as l
),

placed as (
    select
        staff_id, role, month, n, n_high, e_high, d_high, alpha, min_items, chi_square,
        exp(-chi_square / 2) as p,
        count(chi_square) over (partition by role, month) as n_tested,
        row_number() over (partition by role, month order by chi_square desc nulls last, staff_id) as place
    from tested
),

adjusted as (
    select
        staff_id, role, month, n, n_high, e_high, d_high, alpha, min_items, chi_square, p, n_tested,
        case
            when chi_square is not null then least(1, min(p * n_tested / place) over (
                partition by role, month order by place desc
                rows between unbounded preceding and current row
            ))
        end as p_adjusted
    from placed
)

select
    'gaming_flags.tier_skew' as definition_id,  -- which definition
    staff_id,  -- to whom the work was given
    role,  -- billing role
    cast(n as bigint) as n_items,  -- items given in the month
    cast(n_high as bigint) as n_high,  -- of those, of high complexity
    cast(e_high as decimal(18, 4)) as expected_high,  -- of high complexity if the pools of the days had been divided evenly
    chi_square,  -- difference in low and high work, two degrees of freedom; null where it was not tested
    p_adjusted,  -- adjusted probability of a difference as large by chance; null where it was not tested
    case when chi_square is not null then p_adjusted < alpha end as is_flagged,  -- whether the mix differs; a question, never a penalty
    case when chi_square is not null then d_high / n end as value,  -- share of high complexity less that of the pool; null where it was not tested
    case
        when n < min_items then 'fewer items than skew_min_items'
        when chi_square is null then 'the pool left nothing to divide'
    end as reason,  -- why it was not tested
    month as measured_on  -- first day of the month
from adjusted
