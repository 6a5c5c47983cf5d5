with read_incidents as (

    select * from {{ ref('stg_fire__incidents') }}

),

read_deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'fire__incidents'

),

date_rows as (

    select
        read_incidents.*,
        read_deliveries.received_at
    from read_incidents
    left join read_deliveries on read_incidents.delivery_id = read_deliveries.delivery_id

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
