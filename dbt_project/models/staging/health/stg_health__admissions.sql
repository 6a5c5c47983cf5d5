with read_admissions as (

    select * from {{ source('health', 'admissions') }}

),

type_columns as (

    select
        record_id,
        episode_id,
        submission,
        provider_code,
        site_code,
        patient_pseudonym,
        admission_date,
        admission_method,
        episode_start_date,
        episode_number,
        episode_state,
        case when length(age_at_start) = 4 then 0 else cast(age_at_start as integer) end as age_at_start,
        {{ sex_in_words('sex') }} as sex,
        ethnic_category,
        residence_lsoa_code,
        diagnosis_01,
        diagnosis_02,
        diagnosis_03,
        diagnosis_04,
        diagnosis_05,
        diagnosis_06,
        diagnosis_07,
        diagnosis_08,
        diagnosis_09,
        diagnosis_10,
        diagnosis_11,
        diagnosis_12,
        diagnosis_13,
        diagnosis_14,
        diagnosis_15,
        diagnosis_16,
        diagnosis_17,
        diagnosis_18,
        diagnosis_19,
        diagnosis_20,
        external_cause,
        delivery_id,
        source_row,
        episode_number = 1 and coalesce(episode_state, '') = '3' as is_counted_admission,
        cast(month as string) as month
    from read_admissions

),

find_assault_diagnoses as (

    select
        *,
        coalesce(
            {% for number in range(1, 21) %}
                {% set code = "replace(diagnosis_%02d, '.', '')" | format(number) %}
                case when substr({{ code }}, 1, 3) between 'X85' and 'Y09' then {{ code }} end{{ "," if not loop.last }}
            {% endfor %}
        ) as assault_diagnosis
    from type_columns

),

class_assaults as (

    select
        *,
        case
            when substr(external_cause, 1, 3) between 'X85' and 'Y09' then substr(external_cause, 1, 3)
            else substr(assault_diagnosis, 1, 3)
        end as assault_cause,
        case
            when substr(assault_diagnosis, 4, 1) between '0' and '9' then substr(assault_diagnosis, 4, 1)
        end as assault_place_code
    from find_assault_diagnoses

)

select * from class_assaults
