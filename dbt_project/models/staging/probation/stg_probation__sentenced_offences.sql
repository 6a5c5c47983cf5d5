with read_sentenced_offences as (

    select * from {{ source('probation', 'sentenced_offences') }}

),

type_columns as (

    select
        record_id,
        person_pseudonym,
        pnc_pseudonym,
        person_age,
        person_birth_year,
        {{ sex_in_words('sex') }} as sex,
        ethnicity,
        is_restricted,
        is_excluded,
        is_limited_access,
        event_number,
        is_active,
        is_in_breach,
        failures_to_comply,
        conviction_date,
        court_outcome_code,
        sentence_start_date,
        sentence_type,
        original_length,
        lower(original_length_units) as original_length_units,
        length_in_days,
        expected_end_date,
        termination_date,
        offence_id,
        is_main_offence,
        offence_code,
        offence_description,
        offence_date,
        offence_count,
        verdict,
        delivery_id,
        source_row,
        case
            when sentence_type in ('NC', 'SC') then true
            when sentence_type is not null then false
        end as is_custodial,
        cast(month as string) as month
    from read_sentenced_offences

)

select * from type_columns
