with read_area_populations as (

    select * from {{ source('reference', 'area_populations') }}

),

type_columns as (

    select
        record_id,
        cast(estimate_year as integer) as estimate_year,
        area_code,
        area_name,
        sex,
        age,
        residents,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_area_populations

)

select * from type_columns
