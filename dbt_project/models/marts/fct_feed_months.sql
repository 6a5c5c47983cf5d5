with read_calendar as (

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
        delivery_id,
        received_at,
        rows_published,
        rows_quarantined,
        as_of
    from read_calendar

)

select * from shape_calendar
order by feed, month
