with read_census_population as (

    select * from {{ source('reference', 'census_population') }}

),

type_columns as (

    select
        record_id,
        lsoa_code,
        usual_residents,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_census_population

)

select * from type_columns
