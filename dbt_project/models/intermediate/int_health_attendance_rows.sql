with attendances as (

    select * from {{ ref('stg_health__emergency_attendances') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'health__emergency_attendances'

),

intents as (

    select * from {{ ref('snomed_codes') }}
    where reference_set = 'injury intent'

),

date_rows as (

    select
        attendances.*,
        deliveries.received_at,
        intents.meaning as injury_intent
    from attendances
    left join deliveries on attendances.delivery_id = deliveries.delivery_id
    left join intents on attendances.injury_intent_snomed = intents.snomed_code

),

find_newest_delivery as (

    select
        *,
        {{ newest_delivery(['attendance_id']) }} as newest_delivery_id
    from date_rows

),

rank_rows as (

    select
        *,
        row_number() over (
            partition by attendance_id, delivery_id
            order by duplicate_flag asc nulls last, arrival_date desc, source_row asc, record_id asc
        ) as row_of_attendance
    from find_newest_delivery

),

name_row_status as (

    select
        *,
        case
            when delivery_id <> newest_delivery_id then 'superseded by a newer delivery'
            when duplicate_flag is null then 'duplicate flag not given'
            when duplicate_flag <> '0' then 'duplicate flag'
            when row_of_attendance > 1 then 'repeated in the same delivery'
            when injury_intent_snomed is null then 'injury intent not recorded'
            when injury_intent is null then 'injury intent code unknown'
            when injury_intent <> 'assault' then 'not an assault'
            else 'assault'
        end as row_status
    from rank_rows

)

select * from name_row_status
