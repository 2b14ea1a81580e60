-- One row per line of a professional claim that counts as a clinician's own work: what was done, and its work RVU by the schedule
-- in force on the day of service. Of a claim number's submissions to its first payer the last one counts, so replacements
-- replace, voids remove and copies to secondary payers add nothing; a claim that another number replaces or voids is gone.
-- A number used again for another patient (other day and other member) is another claim. Claims without a rendering clinician are the
-- billing one's, as X12 has it. Work RVU of codes that the schedule does not know
-- or does not value are null, with a reason, and never zero.
-- grain: pcn, submission_id, line_no
-- slice: pcn (key)
-- restated by: intake.claims.pcn
-- restated by: intake.claim_lines.pcn
-- restated by: ledger.replacements.replaced_pcn
-- restated by: ledger.work_values
-- restated by: ledger.modifier_rules
-- restated by: ledger.parameters
with latest_delivery_of_each_submission as (
    select
        submission_id, pcn, frequency_code, payer_id, member_key, coalesce(rendering_npi, billing_npi) as provider_npi,
        facility_code, service_from, submitted_at, event_date, file_id, txn_no,
        case payer_seq when 'S' then 2 when 'T' then 3 else 1 end as payer_rank
    from intake.claims
    where pcn in (select key from ops.restating) and event_date >= $horizon and claim_type = 'P'
    qualify row_number() over (
        partition by submission_id, pcn, event_date order by delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

submissions_to_the_first_payer as (
    select
        submission_id, pcn, frequency_code, payer_id, member_key, provider_npi, facility_code, service_from, submitted_at,
        event_date, file_id, txn_no
    from latest_delivery_of_each_submission
    qualify rank() over (partition by pcn order by payer_rank) = 1
),

submissions_that_count as (
    select s.submission_id, s.pcn, s.payer_id, s.provider_npi, s.facility_code, s.service_from, s.event_date, s.file_id, s.txn_no
    from submissions_to_the_first_payer as s
    where
        coalesce(s.frequency_code, '1') <> '8' and s.provider_npi is not null
        and not exists (
            select 1
            from submissions_to_the_first_payer as l
            where
                l.pcn = s.pcn
                and (l.submitted_at > s.submitted_at or (l.submitted_at = s.submitted_at and l.submission_id > s.submission_id))
                and (l.service_from is not distinct from s.service_from or l.member_key is not distinct from s.member_key)
        )
        and not exists (
            select 1
            from ledger.replacements as r
            where
                r.replaced_pcn = s.pcn and r.pcn <> s.pcn and r.frequency_code in ('7', '8')
                and r.submitted_on >= s.event_date
        )
),

lines_of_each_claim as (
    select
        s.pcn, s.submission_id, l.line_no, s.payer_id, s.provider_npi, l.procedure_code, l.modifiers,
        ':' || coalesce(l.modifiers, '') || ':' as marks,
        -- Anaesthesia is billed in minutes, which are no units of work.
        case when l.unit_code = 'MJ' then 1 else coalesce(l.units, 1) end as units,
        coalesce(l.place_of_service, s.facility_code) as place_of_service,
        coalesce(l.service_from, s.service_from, s.event_date) as service_date
    from submissions_that_count as s
    inner join intake.claim_lines as l
        on l.submission_id = s.submission_id and l.pcn = s.pcn and l.file_id = s.file_id and l.txn_no = s.txn_no
    where l.pcn in (select key from ops.restating) and l.event_date >= $horizon
    qualify row_number() over (partition by s.submission_id, s.pcn, l.line_no order by l.row_no, s.event_date desc) = 1
),

-- Modifiers for which the schedule may have a row of its own, and the row of the code itself.
rows_of_the_schedule as (
    select
        l.pcn, l.submission_id, l.line_no, w.release, w.modifier as row_modifier,
        case when w.is_valued then w.work_rvu end as work_rvu, w.total_nonfacility,
        w.total_facility, w.preoperative_share, w.intraoperative_share, w.postoperative_share, w.multiple_procedure, w.bilateral,
        case when w.multiple_procedure = '3' and f.value = 1 then b.procedure_code end as endoscopic_base, b.work_rvu as base_work_rvu,
        w.em_family, w.em_level
    from lines_of_each_claim as l
    inner join ledger.work_values as w
        on w.procedure_code = l.procedure_code and l.service_date >= w.valid_from and l.service_date <= w.valid_to
    inner join ledger.parameters as f on f.name = 'endoscopic_families'
    left join ledger.work_values as b on b.release = w.release and b.procedure_code = w.endoscopic_base and b.modifier = ''
    where w.modifier = '' or l.marks like '%:' || w.modifier || ':%'
    qualify row_number() over (
        partition by l.submission_id, l.pcn, l.line_no order by case when w.modifier = '' then 1 else 0 end, w.modifier
    ) = 1
),

lines_with_their_value as (
    select
        l.pcn, l.submission_id, l.line_no, l.payer_id, l.provider_npi, l.procedure_code, l.modifiers, l.marks, l.units,
        l.place_of_service, l.service_date, w.release, w.row_modifier,
        case when l.marks like '%:TC:%' and w.row_modifier <> 'TC' then 0 else 1 end as own_share, w.work_rvu,
        case
            when l.place_of_service in ('02', '19', '21', '22', '23', '24', '26', '31', '34', '41', '42', '51', '52', '53', '56', '61')
                then w.total_facility
            else w.total_nonfacility
        end as total_rvu,
        w.preoperative_share, w.intraoperative_share, w.postoperative_share, w.bilateral, w.endoscopic_base, w.base_work_rvu,
        w.em_family, w.em_level, coalesce(w.multiple_procedure in ('2', '3'), false) as is_ranked
    from lines_of_each_claim as l
    left join rows_of_the_schedule as w
        on w.pcn = l.pcn and w.submission_id = l.submission_id and w.line_no = l.line_no
),

endoscopic_families as (
    select pcn, submission_id, service_date, endoscopic_base as family, max(base_work_rvu) as base_work_rvu
    from lines_with_their_value
    where endoscopic_base is not null
    group by pcn, submission_id, service_date, endoscopic_base
),

-- The base itself is in its family too, once another of the family is billed with it. What is in no family stands alone.
places_in_families as (
    select
        l.pcn, l.submission_id, l.line_no, l.service_date, l.is_ranked, l.work_rvu, f.base_work_rvu,
        coalesce(f.family, 'line ' || cast(l.line_no as varchar)) as procedure,
        row_number() over (
            partition by l.pcn, l.submission_id, l.service_date, coalesce(f.family, 'line ' || cast(l.line_no as varchar))
            order by l.work_rvu desc nulls last, l.line_no
        ) as place
    from lines_with_their_value as l
    left join endoscopic_families as f
        on f.pcn = l.pcn and f.submission_id = l.submission_id and f.service_date = l.service_date
        and f.family = coalesce(l.endoscopic_base, l.procedure_code)
),

work_beyond_the_base as (
    select
        pcn, submission_id, line_no, service_date, is_ranked, procedure,
        case when place = 1 then work_rvu else greatest(work_rvu - base_work_rvu, 0) end as work_left,
        case when place = 1 then 1 else coalesce(greatest(work_rvu - base_work_rvu, 0) / nullif(work_rvu, 0), 1) end as share_left
    from places_in_families
),

procedures as (
    select
        pcn, submission_id, service_date, is_ranked, procedure,
        row_number() over (
            partition by pcn, submission_id, service_date, is_ranked order by sum(work_left) desc nulls last, min(line_no)
        ) as place
    from work_beyond_the_base
    group by pcn, submission_id, service_date, is_ranked, procedure
),

lines_in_order as (
    select
        l.pcn, l.submission_id, l.line_no, l.payer_id, l.provider_npi, l.procedure_code, l.modifiers, l.marks, l.units,
        l.place_of_service, l.service_date, l.release, l.row_modifier, l.own_share, l.work_rvu, l.total_rvu, l.preoperative_share,
        l.intraoperative_share, l.postoperative_share, l.bilateral, l.em_family, l.em_level, l.is_ranked, w.share_left, p.place,
        max(case when l.marks like '%:51:%' then 1 else 0 end) over (
            partition by l.pcn, l.submission_id, l.service_date
        ) as is_multiple
    from lines_with_their_value as l
    inner join work_beyond_the_base as w
        on w.pcn = l.pcn and w.submission_id = l.submission_id and w.line_no = l.line_no
    inner join procedures as p
        on p.pcn = l.pcn and p.submission_id = l.submission_id and p.service_date = l.service_date and p.is_ranked = l.is_ranked
        and p.procedure = w.procedure
),

rules_that_each_line_meets as (
    select
        l.pcn, l.submission_id, l.line_no, r.kind,
        case
            when r.modifier = l.row_modifier then 1
            when r.basis = 'factor' then r.factor
            when r.basis = 'bilateral' then case l.bilateral when '1' then r.factor when '3' then 2 else 1 end
            when r.basis = 'rank' and l.is_ranked then l.share_left * case when l.place > 1 then r.factor else 1 end
            when
                r.kind = 'global'
                and coalesce(l.preoperative_share, 0) + coalesce(l.intraoperative_share, 0) + coalesce(l.postoperative_share, 0) > 0
                then case r.basis
                    when 'preoperative_and_intraoperative' then coalesce(l.preoperative_share, 0) + coalesce(l.intraoperative_share, 0)
                    when 'intraoperative' then coalesce(l.intraoperative_share, 0)
                    when 'preoperative' then coalesce(l.preoperative_share, 0)
                    else coalesce(l.postoperative_share, 0)
                end
            else 1
        end as factor
    from lines_in_order as l
    inner join ledger.modifier_rules as r
        on l.marks like '%:' || r.modifier || ':%' or (r.basis = 'rank' and l.is_multiple = 1)
),

factors_of_each_line as (
    select
        pcn, submission_id, line_no,
        coalesce(min(case when kind = 'bilateral' then factor end), 1) * coalesce(min(case when kind = 'multiple' then factor end), 1)
        * coalesce(min(case when kind = 'reduced' then factor end), 1) * coalesce(min(case when kind = 'global' then factor end), 1)
        * coalesce(min(case when kind = 'role' then factor end), 1) as factor
    from rules_that_each_line_meets
    group by pcn, submission_id, line_no
),

releases as (
    select distinct release, valid_from, valid_to
    from ledger.work_values
),

rebase_year as (
    select value
    from ledger.parameters
    where name = 'rebase_year'
),

values_of_the_rebase_year as (
    select w.procedure_code, w.modifier, w.work_rvu
    from ledger.work_values as w
    inner join rebase_year as y on y.value = w.schedule_year
    where w.is_last_of_year
),

lines_with_their_factor as (
    select
        l.pcn, l.submission_id, l.line_no, l.provider_npi, l.payer_id, l.procedure_code, l.modifiers, l.units,
        l.place_of_service, coalesce(l.release, r.release) as release, l.own_share * l.work_rvu as work_rvu, l.total_rvu, l.em_family, l.em_level,
        cast(coalesce(f.factor, 1) as decimal(9, 6)) as factor, l.service_date, y.work_rvu is not null as is_rebased,
        l.own_share * coalesce(y.work_rvu, l.work_rvu) as rebased_work_rvu,
        case
            when l.work_rvu is not null then null
            when r.release is null then 'no_schedule'
            when l.procedure_code is null then 'no_code'
            when l.row_modifier is not null then 'not_valued'
            else 'unknown_code'
        end as reason
    from lines_in_order as l
    left join factors_of_each_line as f on f.pcn = l.pcn and f.submission_id = l.submission_id and f.line_no = l.line_no
    left join releases as r on l.service_date between r.valid_from and r.valid_to
    left join values_of_the_rebase_year as y on y.procedure_code = l.procedure_code and y.modifier = l.row_modifier
)

select
    pcn,  -- the provider's claim number
    submission_id,  -- the submission that counts
    line_no,  -- line of the claim
    provider_npi,  -- clinician who rendered it
    payer_id,  -- payer billed first
    procedure_code,  -- procedure code, as sent
    modifiers,  -- modifiers, joined by ':'
    cast(units as decimal(18, 3)) as units,  -- units; 1 where minutes were sent
    place_of_service,  -- place of service, of the line or the claim
    release,  -- release of the schedule in force on the day of service; null where none is
    cast(work_rvu as decimal(18, 4)) as work_rvu,  -- work RVU of one unit by that release; null with a reason
    cast(case when reason is null then rebased_work_rvu end as decimal(18, 4)) as rebased_work_rvu,  -- the same by the last release of the rebase year; own release where that year does not know the code
    reason is null and is_rebased as is_rebased,  -- whether the rebase year knows the code
    factor,  -- factor of the modifiers
    cast(units * work_rvu * factor as decimal(18, 4)) as wrvu,  -- units times work RVU times factor
    cast(case when reason is null then units * rebased_work_rvu * factor end as decimal(18, 4)) as wrvu_rebased,  -- the same with the schedule held fixed
    cast(case when reason is null then units * total_rvu * factor end as decimal(18, 4)) as total_rvu,  -- units times total RVU at the place of service times factor
    em_family,  -- family of visits that the code belongs to; null for everything else
    em_level,  -- level within the family
    reason,  -- why there is no work RVU: no_schedule, no_code, unknown_code, or not_valued where the schedule leaves the code to payers
    service_date  -- day of service
from lines_with_their_factor
