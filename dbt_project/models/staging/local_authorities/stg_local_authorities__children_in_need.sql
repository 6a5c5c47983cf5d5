with read_children_in_need as (

    select * from {{ source('local_authorities', 'children_in_need') }}

),

type_columns as (

    select
        record_id,
        authority_code,
        child_pseudonym,
        pupil_pseudonym,
        child_age,
        child_birth_year,
        {{ sex_in_words('sex') }} as sex,
        ethnicity,
        disabilities,
        referred_on,
        referral_source,
        primary_need,
        is_no_further_action,
        closed_on,
        closure_reason,
        assessment_start_dates,
        assessment_factors,
        section_47_start_dates,
        protection_plan_start_dates,
        abuse_categories,
        delivery_id,
        source_row,
        referral_source = '6' as is_police_referral,
        (
            {{ has_flag('assessment_factors', '3A') }}
            or {{ has_flag('assessment_factors', '3B') }}
            or {{ has_flag('assessment_factors', '3C') }}
        ) as has_domestic_abuse_factor,
        {{ has_flag('assessment_factors', '13A') }} as has_gang_factor,
        {{ has_flag('assessment_factors', '24A') }} as has_criminal_exploitation_factor,
        {{ has_flag('assessment_factors', '11A') }} as has_sexual_exploitation_factor,
        {{ has_flag('assessment_factors', '10A') }} as has_missing_factor,
        {{ has_flag('assessment_factors', '18B') }} as has_physical_abuse_by_child_factor,
        {{ has_flag('assessment_factors', '18C') }} as has_physical_abuse_by_adult_factor,
        (
            {{ has_flag('assessment_factors', '18A') }}
            or {{ has_flag('assessment_factors', '18B') }}
            or {{ has_flag('assessment_factors', '18C') }}
        ) as has_physical_abuse_factor,
        cast(edition as integer) as edition
    from read_children_in_need

)

select * from type_columns
