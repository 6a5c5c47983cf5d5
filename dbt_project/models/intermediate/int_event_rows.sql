with read_events as (

    select * from {{ ref('stg_communities__events') }}

),

read_deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'communities__events'

),

read_event_types as (

    select * from {{ ref('event_types') }}

),

date_rows as (

    select
        read_events.*,
        {{ financial_year_of_month('read_events.month') }} as financial_year,
        {{ month_of('read_events.starts_at') }} as starts_month,
        cast(read_events.starts_at as date) as event_date,
        {{ name_key('read_events.venue_name') }} as venue_key,
        {{ name_key('read_events.provider_name') }} as host_key,
        coalesce({{ name_key('read_events.recorded_by_agency') }}, 'not stated') as agency_key,
        coalesce(read_event_types.is_counted, false) as is_counted_type,
        read_deliveries.received_at
    from read_events
    left join read_deliveries on read_events.delivery_id = read_deliveries.delivery_id
    left join read_event_types on read_events.event_type = read_event_types.event_type

),

find_newest_delivery as (

    select
        *,
        {{ newest_delivery(['event_id', 'financial_year']) }} as newest_delivery_id
    from date_rows

),

rank_entries as (

    select
        *,
        delivery_id <> newest_delivery_id as is_superseded,
        -- The nth entry of one agency at one place on one day meets the nth entry of another; two sessions one
        -- agency entered stay two events. Without a host nothing tells that two entries are one event.
        row_number() over (
            partition by
                case when delivery_id <> newest_delivery_id then record_id end,
                event_date, venue_key, host_key, is_counted_type, agency_key,
                case when host_key is null then record_id end
            order by starts_at, event_id, record_id
        ) as entry_of_agency
    from find_newest_delivery

),

name_events as (

    select
        *,
        case
            when is_superseded then null
            else financial_year || ':' || first_value(event_id) over (
                partition by
                    is_superseded, event_date, venue_key, host_key, is_counted_type, entry_of_agency,
                    case when host_key is null then record_id end
                order by starts_at, event_id, record_id
                rows between unbounded preceding and unbounded following
            )
        end as merged_event_id
    from rank_entries

)

select * from name_events
