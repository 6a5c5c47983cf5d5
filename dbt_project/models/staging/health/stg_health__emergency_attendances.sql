with read_emergency_attendances as (

    select * from {{ source('health', 'emergency_attendances') }}

),

type_columns as (

    select
        record_id,
        attendance_id,
        provider_code,
        site_code,
        patient_pseudonym,
        arrival_date,
        arrival_time,
        age_at_arrival,
        {{ sex_in_words('sex') }} as sex,
        ethnic_category,
        residence_lsoa_code,
        chief_complaint_snomed,
        acuity_snomed,
        arrival_mode_snomed,
        injury_date,
        injury_time,
        injury_intent_snomed,
        injury_mechanism_snomed,
        place_of_injury_snomed,
        injury_latitude,
        injury_longitude,
        discharge_status_snomed,
        diagnoses_snomed,
        duplicate_flag,
        delivery_id,
        source_row,
        {{ timestamp_of('arrival_date', 'arrival_time') }} as arrived_at,
        {{ timestamp_of('injury_date', 'injury_time') }} as injured_at,
        cast(month as string) as month
    from read_emergency_attendances

)

select * from type_columns
