with incidents as (

    select * from {{ ref('stg_health__ambulance_incidents') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'health__ambulance_incidents'

),

find_newest_delivery as (

    {{ with_newest_delivery('incidents', 'deliveries', ['record_id'], months=6, number='incident_number') }}

),

name_row_status as (

    select
        *,
        case
            when is_superseded then 'superseded by a newer delivery'
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
