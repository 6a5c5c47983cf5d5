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
        is_late,
        days_late,
        restatements,
        delivery_id,
        first_received_at,
        received_at,
        rows_delivered,
        rows_published,
        rows_quarantined,
        usual_rows,
        rows_of_usual,
        rows_without_month,
        missing_senders,
        deliveries,
        as_of
    from read_feed_calendar

)

select * from type_columns
