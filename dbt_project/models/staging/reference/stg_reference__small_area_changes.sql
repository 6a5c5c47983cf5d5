with read_small_area_changes as (

    select * from {{ source('reference', 'small_area_changes') }}

),

type_columns as (

    select
        record_id,
        lsoa_2011_code,
        lsoa_2011_name,
        lsoa_2021_code,
        lsoa_2021_name,
        change,
        district_code,
        district_name,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_small_area_changes

)

select * from type_columns
