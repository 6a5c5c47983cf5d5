with events as (

    select * from {{ ref('stg_communities__events') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'communities__events'

),

event_types as (

    select * from {{ ref('event_types') }}

),

describe_entries as (

    select
        events.*,
        {{ financial_year_of_month('events.month') }} as financial_year,
        {{ month_of('events.starts_at') }} as starts_month,
        cast(events.starts_at as date) as event_date,
        {{ name_key('events.venue_name') }} as venue_key,
        {{ name_key('events.provider_name') }} as host_key,
        coalesce({{ name_key('events.recorded_by_agency') }}, 'not stated') as agency_key,
        coalesce(event_types.is_counted, false) as is_counted_type
    from events
    left join event_types on events.event_type = event_types.event_type

),

find_newest_delivery as (

    {{ with_newest_delivery('describe_entries', 'deliveries', ['event_id', 'financial_year']) }}

),

rank_entries as (

    select
        *,
        -- The nth entry of one agency at one place on one day meets the nth entry of another; two sessions one
        -- agency entered stay two events, and one that was cancelled comes after those that were held. Without a host
        -- nothing tells that two entries are one event.
        row_number() over (
            partition by
                case when is_superseded then record_id end,
                event_date, venue_key, host_key, is_counted_type, agency_key,
                case when host_key is null then record_id end
            order by case when status = 'cancelled' then 1 else 0 end, starts_at, event_id, record_id
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
