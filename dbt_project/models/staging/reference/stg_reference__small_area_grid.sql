with read_small_area_grid as (

    select * from {{ source('reference', 'small_area_grid') }}

),

type_columns as (

    select
        easting_100m,
        northing_100m,
        lsoa_code,
        cast(edition as integer) as edition
    from read_small_area_grid

)

select * from type_columns
