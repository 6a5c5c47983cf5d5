with offences as (

    select
        month,
        record_id,
        crime_reference,
        crime_status,
        date_recorded,
        delivery_id,
        source_row
    from {{ ref('stg_police__offences') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'police__offences'

),

find_newest_delivery as (

    {{ with_newest_delivery('offences', 'deliveries', ['crime_reference']) }}

),

rank_rows as (

    select
        *,
        row_number() over (
            partition by crime_reference, delivery_id
            order by
                case when crime_status = 'active' then 0 else 1 end,
                date_recorded,
                source_row,
                record_id
        ) as row_of_crime
    from find_newest_delivery

),

name_row_status as (

    select
        month,
        record_id,
        crime_reference,
        delivery_id,
        source_row,
        row_of_crime,
        case
            when is_superseded then 'superseded'
            when row_of_crime = 1 then 'leading'
            else 'further victim'
        end as row_status
    from rank_rows

)

select * from name_row_status
