with read_small_areas as (

    select * from {{ source('reference', 'small_areas') }}

),

type_columns as (

    select
        record_id,
        lsoa_code,
        lsoa_name,
        ward_code,
        ward_name,
        district_code,
        district_name,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_small_areas

)

select * from type_columns
