with read_admission_rates as (

    select * from {{ source('reference', 'admission_rates') }}

),

type_columns as (

    select
        record_id,
        indicator_id,
        indicator_name,
        area_code,
        area_name,
        area_type,
        sex,
        age,
        category,
        period,
        rate_per_100000,
        rate_lower,
        rate_upper,
        admissions,
        person_years,
        value_note,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_admission_rates

)

select * from type_columns
