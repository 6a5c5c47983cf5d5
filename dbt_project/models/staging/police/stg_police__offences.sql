with read_offences as (

    select * from {{ source('police', 'offences') }}

),

type_columns as (

    select
        record_id,
        crime_reference,
        occurrence_reference,
        date_reported,
        date_recorded,
        committed_from,
        committed_to,
        offence_code,
        offence_description,
        crime_status,
        cancelled_date,
        outcome_code,
        outcome_date,
        nullif(easting, 0) as easting,
        nullif(northing, 0) as northing,
        location_type,
        beat_code,
        victim_pseudonym,
        victim_type,
        {{ sex_in_words('victim_sex') }} as victim_sex,
        victim_age,
        victim_birth_year,
        victim_ethnicity,
        suspect_pseudonym,
        {{ sex_in_words('suspect_sex') }} as suspect_sex,
        suspect_age,
        suspect_birth_year,
        suspect_ethnicity,
        victim_suspect_relationship,
        injury_level,
        weapon_type,
        crime_flags,
        delivery_id,
        source_row,
        coalesce({{ has_flag('crime_flags', 'DA') }}, false) as is_domestic,
        cast(month as string) as month
    from read_offences

)

select * from type_columns
