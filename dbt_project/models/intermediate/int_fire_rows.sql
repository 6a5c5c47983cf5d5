with incidents as (

    select * from {{ ref('stg_fire__incidents') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'fire__incidents'

),

find_newest_delivery as (

    {{ with_newest_delivery('incidents', 'deliveries', ['record_id'], months=6) }}

),

name_row_status as (

    select
        *,
        case
            when is_superseded then 'superseded by a newer delivery'
            when is_deliberate_fire then 'deliberate fire'
            else 'not a deliberate fire'
        end as row_status
    from find_newest_delivery

)

select * from name_row_status
