with read_districts as (

    select * from {{ source('reference', 'districts') }}

),

type_columns as (

    select
        record_id,
        district_code,
        district_name,
        csp_code,
        csp_name,
        force_code,
        force_name,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_districts

)

select * from type_columns
