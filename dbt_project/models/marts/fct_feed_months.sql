with feed_calendar as (

    select * from {{ ref('stg_pipeline__feed_calendar') }}

),

shape_calendar as (

    select
        feed,
        agency,
        table_name,
        month,
        financial_year,
        status,
        status = 'received' as is_received,
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
        as_of
    from feed_calendar

)

select * from shape_calendar
