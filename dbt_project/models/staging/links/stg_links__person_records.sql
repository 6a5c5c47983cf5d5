with read_person_records as (

    select * from {{ source('links', 'person_records') }}

),

rename_columns as (

    select
        person_key,
        kind as key_kind,
        person_id,
        linked_by,
        lowest_probability as lowest_link_probability
    from read_person_records

)

select * from rename_columns
