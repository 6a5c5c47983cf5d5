with read_event_links as (

    select * from {{ source('links', 'event_links') }}

),

rename_columns as (

    select
        left_report_id,
        right_report_id,
        left_feed,
        right_feed,
        match_probability,
        match_weight,
        rule as blocking_rule,
        standing,
        model_version
    from read_event_links

)

select * from rename_columns
