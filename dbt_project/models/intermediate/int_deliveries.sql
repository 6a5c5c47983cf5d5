with feed_calendar as (

    select * from {{ ref('stg_pipeline__feed_calendar') }}

),

date_deliveries as (

    select
        feed,
        delivery_id,
        max(received_at) as received_at
    from feed_calendar
    where delivery_id is not null
    group by feed, delivery_id

)

select * from date_deliveries
