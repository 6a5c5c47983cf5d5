with incidents as (

    select * from {{ ref('stg_health__ambulance_incidents') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'health__ambulance_incidents'

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
            when is_stood_down then 'ambulance stood down'
            else 'call to violence'
        end as row_status,
        -- AMPDS protocol 27 and the words both services use for it; any other complaint tells no weapon.
        case
            when
                triage_protocol = '27' or lower(triage_description) like '%stab%'
                or lower(triage_description) like '%penetrating%'
                then 'penetrating'
            else 'assault'
        end as kind
    from find_newest_delivery

)

select * from name_row_status
