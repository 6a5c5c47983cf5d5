with read_stop_and_searches as (

    select * from {{ source('police', 'stop_and_searches') }}

),

type_columns as (

    select
        record_id,
        search_type,
        searched_at,
        is_part_of_operation,
        operation,
        latitude,
        longitude,
        {{ sex_in_words('gender') }} as gender,
        age_range,
        self_defined_ethnicity,
        officer_defined_ethnicity,
        legislation,
        object_of_search,
        outcome,
        is_outcome_linked,
        is_more_than_outer_clothing,
        delivery_id,
        source_row,
        latitude is not null and longitude is not null as has_place,
        cast(month as string) as month
    from read_stop_and_searches

)

select * from type_columns
