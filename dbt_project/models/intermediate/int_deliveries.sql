with feed_calendar as (

    select * from {{ ref('stg_pipeline__feed_calendar') }}

),

-- A month of several senders rests on several deliveries, listed as id@time.
list_deliveries as (

    select
        feed,
        unnest(string_to_array(deliveries, ' ')) as delivery
    from feed_calendar

),

read_deliveries as (

    select
        feed,
        split_part(delivery, '@', 1) as delivery_id,
        cast(split_part(delivery, '@', 2) as timestamp) as received_at
    from list_deliveries

),

name_deliveries as (

    select
        feed,
        delivery_id,
        received_at
    from feed_calendar
    where delivery_id is not null and deliveries is null

    union all

    select
        feed,
        delivery_id,
        received_at
    from read_deliveries

),

date_deliveries as (

    select
        feed,
        delivery_id,
        max(received_at) as received_at
    from name_deliveries
    group by feed, delivery_id

)

select * from date_deliveries
