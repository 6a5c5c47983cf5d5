with read_deprivation as (

    select * from {{ source('reference', 'deprivation') }}

),

type_columns as (

    select
        record_id,
        lsoa_code,
        imd_score,
        imd_rank,
        imd_decile,
        crime_decile,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_deprivation

)

select * from type_columns
