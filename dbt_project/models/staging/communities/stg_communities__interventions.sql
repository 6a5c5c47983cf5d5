with read_interventions as (

    select * from {{ source('communities', 'interventions') }}

),

type_columns as (

    select
        record_id,
        intervention_id,
        cast(session_number as integer) as session_number,
        session_date,
        session_outcome,
        programme_code,
        provider_name,
        participant_pseudonym,
        patient_pseudonym,
        nullif(participant_age, 0) as participant_age,
        participant_birth_year,
        {{ sex_in_words('sex') }} as sex,
        residence_district_code,
        referral_source,
        referred_on,
        started_on,
        ended_on,
        status,
        sessions_offered,
        exit_reason,
        instrument,
        timepoint,
        score,
        delivery_id,
        source_row,
        session_outcome = 'referral' as is_referral,
        session_outcome = 'attended' as is_attended,
        nullif(participant_age, 0) < 25 as is_under_25,
        cast(month as string) as month
    from read_interventions

)

select * from type_columns
