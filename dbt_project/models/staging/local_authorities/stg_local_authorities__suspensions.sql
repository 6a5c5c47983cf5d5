with read_suspensions as (

    select * from {{ source('local_authorities', 'suspensions') }}

),

type_columns as (

    select
        record_id,
        suspension_id,
        authority_code,
        school_urn,
        school_district_code,
        pupil_pseudonym,
        pupil_age,
        pupil_birth_year,
        {{ sex_in_words('sex') }} as sex,
        ethnicity,
        year_group,
        sen_provision,
        is_eligible_for_free_meals,
        case category
            when 'SUSP' then 'suspension'
            when 'PERM' then 'permanent exclusion'
            when 'LNCH' then 'lunchtime suspension'
        end as category,
        exclusion_reasons,
        started_on,
        sessions,
        delivery_id,
        source_row,
        category = 'PERM' as is_permanent,
        sessions / 2.0 as days_suspended,
        coalesce(length(exclusion_reasons) - length(replace(exclusion_reasons, ';', '')) + 1, 0) as reasons_given,
        (
            {{ has_flag('exclusion_reasons', 'PP') }}
            or {{ has_flag('exclusion_reasons', 'PA') }}
        ) as has_physical_assault_reason,
        (
            {{ has_flag('exclusion_reasons', 'OW') }}
            or {{ has_flag('exclusion_reasons', 'BW') }}
        ) as has_weapon_reason,
        (
            {{ has_flag('exclusion_reasons', 'PP') }}
            or {{ has_flag('exclusion_reasons', 'PA') }}
            or {{ has_flag('exclusion_reasons', 'VP') }}
            or {{ has_flag('exclusion_reasons', 'VA') }}
            or {{ has_flag('exclusion_reasons', 'OW') }}
            or {{ has_flag('exclusion_reasons', 'BW') }}
            or {{ has_flag('exclusion_reasons', 'SM') }}
            or {{ has_flag('exclusion_reasons', 'SB') }}
        ) as is_violence,
        cast(month as string) as month
    from read_suspensions

)

select * from type_columns
