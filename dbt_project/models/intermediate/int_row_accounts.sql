with read_crime_rows as (

    select * from {{ ref('int_police_crime_rows') }}

),

read_crimes as (

    select * from {{ ref('int_police_crimes') }}

),

read_attendance_rows as (

    select * from {{ ref('int_health_attendance_rows') }}

),

read_event_rows as (

    select * from {{ ref('int_event_rows') }}

),

read_street_crimes as (

    select * from {{ ref('stg_police__street_crimes') }}

),

-- Every reason is spelt out and none is "anything else": a row no reason fits keeps a null, and a test fails.

account_for_offences as (

    select
        'police__offences' as feed,
        crime_rows.month,
        crime_rows.record_id,
        crime_rows.delivery_id,
        crime_rows.source_row,
        case
            when crime_rows.standing = 'superseded' then 'superseded by a newer delivery'
            when crime_rows.standing = 'further victim' then 'further victim of the same crime'
            when crimes.crime_status in ('cancelled', 'transferred') then crimes.crime_status
            when crimes.crime_status = 'active' and crimes.match_level = 'unknown' then 'offence code unknown'
            when crimes.crime_status = 'active' and not crimes.is_serious_violence then 'not in SV_HIOW'
        end as exclusion,
        case
            when crime_rows.standing = 'leading' and crimes.crime_status = 'active' and crimes.is_serious_violence
                then 'police__offences:' || crimes.crime_reference
        end as incident_id,
        cast(null as string) as event_id
    from read_crime_rows as crime_rows
    left join read_crimes as crimes on crime_rows.crime_reference = crimes.crime_reference

),

account_for_attendances as (

    select
        'health__emergency_attendances' as feed,
        month,
        record_id,
        delivery_id,
        source_row,
        case when standing <> 'assault' then standing end as exclusion,
        case when standing = 'assault' then 'health__emergency_attendances:' || attendance_id end as incident_id,
        cast(null as string) as event_id
    from read_attendance_rows

),

account_for_events as (

    select
        'communities__events' as feed,
        month,
        record_id,
        delivery_id,
        source_row,
        case when is_superseded then 'superseded by a newer delivery' end as exclusion,
        cast(null as string) as incident_id,
        merged_event_id as event_id
    from read_event_rows

),

account_for_street_crimes as (

    select
        'police__street_crimes' as feed,
        month,
        record_id,
        delivery_id,
        source_row,
        'street crime: context only, no offence code' as exclusion,
        cast(null as string) as incident_id,
        cast(null as string) as event_id
    from read_street_crimes

),

unite_accounts as (

    select * from account_for_offences
    union all
    select * from account_for_attendances
    union all
    select * from account_for_events
    union all
    select * from account_for_street_crimes

),

name_destinations as (

    select
        *,
        case
            when exclusion is not null then 'excluded'
            when incident_id is not null then 'incident'
            when event_id is not null then 'event'
        end as destination
    from unite_accounts

)

select * from name_destinations
