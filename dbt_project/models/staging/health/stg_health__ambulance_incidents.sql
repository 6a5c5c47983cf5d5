with read_ambulance_incidents as (

    select * from {{ source('health', 'ambulance_incidents') }}

),

type_columns as (

    select
        record_id,
        incident_number,
        patient_number,
        call_connected_at,
        triage_system,
        triage_code,
        disposition_code,
        triage_description,
        response_category,
        easting,
        northing,
        lsoa_code,
        patient_pseudonym,
        nullif(patient_age, 0) as patient_age,
        {{ sex_in_words('patient_sex') }} as patient_sex,
        is_conveyed,
        receiving_site_code,
        coalesce(is_stood_down, false) as is_stood_down,
        delivery_id,
        source_row,
        nullif(regexp_extract(triage_code, '^0?([0-9]{1,2})[A-EO]', 1), '') as triage_protocol,
        cast(month as string) as month
    from read_ambulance_incidents

)

select * from type_columns
