with incidents as (

    select * from {{ ref('stg_fire__incidents') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'fire__incidents'

),

date_rows as (

    select
        incidents.*,
        deliveries.received_at
    from incidents
    left join deliveries on incidents.delivery_id = deliveries.delivery_id

),

find_newest_delivery as (

    select
        *,
        {{ newest_delivery(['record_id']) }} as newest_delivery_id
    from date_rows

),

name_row_status as (

    select
        *,
        case
            when delivery_id <> newest_delivery_id then 'superseded by a newer delivery'
            when is_deliberate_fire then 'deliberate fire'
            else 'not a deliberate fire'
        end as row_status
    from find_newest_delivery

)

select * from name_row_status
