with read_boundaries as (

    select * from {{ source('reference', 'boundaries') }}

),

type_columns as (

    select
        record_id,
        lsoa_code,
        lsoa_name,
        geometry,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_boundaries

)

select * from type_columns
