with read_event_links as (

    select * from {{ source('links', 'event_links') }}

),

rename_columns as (

    select
        left_record_id,
        right_record_id,
        left_feed,
        right_feed,
        match_probability,
        match_weight,
        rule as blocking_rule,
        link_status,
        model_version
    from read_event_links

)

select * from rename_columns
