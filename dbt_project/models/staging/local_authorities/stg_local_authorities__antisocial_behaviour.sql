with read_antisocial_behaviour as (

    select * from {{ source('local_authorities', 'antisocial_behaviour') }}

),

type_columns as (

    select
        record_id,
        district_name,
        asb_reference,
        source_system,
        reported_at,
        occurred_at,
        lower(nsir_category) as nsir_category,
        local_category,
        easting,
        northing,
        lsoa_code,
        ward_code,
        is_repeat_complainant,
        case_status,
        closed_on,
        action_taken,
        delivery_id,
        source_row,
        source_system = 'police' as is_passed_on_by_police,
        easting is not null and northing is not null as is_located,
        cast(month as string) as month
    from read_antisocial_behaviour

)

select * from type_columns
