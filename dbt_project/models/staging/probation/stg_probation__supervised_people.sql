with read_supervised_people as (

    select
        *,
        case when length(tier) <= 4 then replace(tier, '_', '') else tier end as tier_in_one_spelling
    from {{ source('probation', 'supervised_people') }}

),

type_columns as (

    select
        record_id,
        snapshot_date,
        person_pseudonym,
        pnc_pseudonym,
        noms_pseudonym,
        person_age,
        person_birth_year,
        {{ sex_in_words('sex') }} as sex,
        ethnicity,
        residence_lsoa_code,
        is_restricted,
        is_excluded,
        is_limited_access,
        tier_in_one_spelling as tier,
        active_registers,
        mappa_level,
        mappa_category,
        score_name,
        score_version,
        score_basis,
        score_value,
        score_date,
        supervision_start_date,
        is_in_breach,
        delivery_unit_code,
        delivery_id,
        source_row,
        coalesce(is_soft_deleted, false) as is_soft_deleted,
        case
            when length(tier_in_one_spelling) between 2 and 3 then 'V2'
            when length(tier_in_one_spelling) = 1 then 'V3'
        end as tier_scheme,
        case
            when length(tier_in_one_spelling) between 2 and 3 then substr(tier_in_one_spelling, 1, 1)
        end as protect_level,
        case
            when length(tier_in_one_spelling) between 2 and 3
                then cast(substr(tier_in_one_spelling, 2, 1) as integer)
        end as change_level,
        case
            when {{ has_flag('active_registers', 'RVHR') }} then 'very high'
            when {{ has_flag('active_registers', 'RHRH') }} then 'high'
            when {{ has_flag('active_registers', 'RMRH') }} then 'medium'
            when {{ has_flag('active_registers', 'RLRH') }} then 'low'
        end as risk_of_serious_harm,
        {{ has_flag('active_registers', 'STRG') }} as is_on_gang_register,
        {{ has_flag('active_registers', 'ADVP') }} as is_on_domestic_abuse_register,
        cast(month as string) as month
    from read_supervised_people

)

select * from type_columns
