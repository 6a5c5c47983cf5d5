with read_offences as (

    select * from {{ source('youth_justice', 'offences') }}

),

type_columns as (

    select
        record_id,
        yjs_code,
        child_pseudonym,
        originating_child_pseudonym,
        local_other_status,
        pnc_pseudonym,
        child_age,
        child_birth_year,
        {{ sex_in_words('sex') }} as sex,
        ethnicity,
        residence_lsoa_code,
        has_send,
        is_looked_after,
        has_nrm_referral,
        offence_id,
        offence_date,
        offence_code,
        yjb_offence_category,
        severity_scale,
        severity_value,
        is_primary_offence,
        outcome_date,
        outcome_type,
        outcome_tier,
        court_or_out_of_court,
        order_start_date,
        order_end_date,
        ete_status_at_start,
        ete_status_at_end,
        delivery_id,
        source_row,
        coalesce(local_other_status, 'local') = 'local' as is_local,
        case
            when yjb_offence_category not in ('Drugs', 'Robbery', 'Violence against the person') then false
            when severity_scale = 'YJB 1-8' then severity_value >= 5
        end as is_serious_youth_violence,
        cast(month as string) as month
    from read_offences

)

select * from type_columns
