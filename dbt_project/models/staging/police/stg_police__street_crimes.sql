with read_street_crimes as (

    select * from {{ source('police', 'street_crimes') }}

),

type_columns as (

    select
        record_id,
        crime_id,
        crime_month,
        reported_by,
        falls_within,
        longitude,
        latitude,
        location,
        lsoa_code,
        lsoa_name,
        crime_type,
        last_outcome_category,
        context,
        delivery_id,
        source_row,
        cast(month as string) as month
    from read_street_crimes

)

select * from type_columns
