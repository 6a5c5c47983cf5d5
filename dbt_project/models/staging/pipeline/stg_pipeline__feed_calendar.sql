with read_feed_calendar as (

    select * from {{ source('pipeline', 'feed_calendar') }}

),

type_columns as (

    select
        feed,
        agency,
        table_name,
        month,
        financial_year,
        status,
        due_date,
        delivery_id,
        received_at,
        rows_published,
        rows_quarantined,
        as_of
    from read_feed_calendar

)

select * from type_columns
