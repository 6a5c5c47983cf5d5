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

word_intents as (

    select
        attendances.*,
        intents.meaning as injury_intent
    from attendances
    left join intents on attendances.injury_intent_snomed = intents.snomed_code

),

find_newest_delivery as (

    {{ with_newest_delivery('word_intents', 'deliveries', ['attendance_id'], months=6, sender='provider_code') }}

),

rank_rows as (

    select
        *,
        row_number() over (
            partition by attendance_id, use_of_number, delivery_id
            order by duplicate_flag asc nulls last, arrival_date desc, source_row asc, record_id asc
        ) as row_of_attendance
    from find_newest_delivery

),

name_row_status as (

    select
        *,
        case
            when is_superseded then 'superseded by a newer delivery'
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
