{#- Every reason is spelt out and none is "anything else": a row no reason fits keeps a null, and a test fails. -#}
{%- set context_feeds = [
    'police__street_crimes', 'police__stop_and_searches', 'probation__supervised_people',
    'probation__sentenced_offences', 'youth_justice__offences', 'local_authorities__suspensions',
    'local_authorities__children_in_need', 'local_authorities__antisocial_behaviour', 'communities__interventions',
    'communities__anonymous_reports'
] -%}
{#- A yearly return stands in the March of its year, as in the calendar. -#}
{%- set yearly_feeds = ['local_authorities__children_in_need'] -%}
{#- Feed of records, the model that names the status of its rows, and the status of a row that is a record. -#}
{%- set record_feeds = [
    ('health__emergency_attendances', 'int_health_attendance_rows', 'assault'),
    ('health__ambulance_incidents', 'int_ambulance_rows', 'call to violence'),
    ('health__admissions', 'int_admission_rows', 'assault'),
    ('fire__incidents', 'int_fire_rows', 'deliberate fire')
] -%}

with crime_rows as (

    select * from {{ ref('int_police_crime_rows') }}

),

crimes as (

    select * from {{ ref('int_police_crimes') }}

),

incident_records as (

    select * from {{ ref('int_incident_records') }}

),

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

context_feeds as (

    select * from {{ ref('context_feeds') }}

),

account_for_offences as (

    select
        'police__offences' as feed,
        crime_rows.month,
        crime_rows.record_id,
        crime_rows.delivery_id,
        crime_rows.source_row,
        case
            when crime_rows.row_status = 'superseded' then 'superseded by a newer delivery'
            when crimes.crime_status in ('cancelled', 'transferred') then crimes.crime_status
            when crimes.crime_status = 'active' and crimes.match_level = 'unknown' then 'offence code unknown'
            when crimes.crime_status = 'active' and not crimes.evidences_violence then 'no evidence of violence'
        end as exclusion,
        cast(null as string) as event_id
    from crime_rows
    left join crimes on crime_rows.crime_reference = crimes.crime_reference

),

{% for feed, model, row_status in record_feeds -%}
    account_for_{{ feed }} as (

        select
            '{{ feed }}' as feed,
            month,
            record_id,
            delivery_id,
            source_row,
            case when row_status <> '{{ row_status }}' then row_status end as exclusion,
            cast(null as string) as event_id
        from {{ ref(model) }}

    ),

{% endfor -%}
{% for feed in context_feeds -%}
    account_for_{{ feed }} as (

        select
            '{{ feed }}' as feed,
            {% if feed in yearly_feeds %}cast(delivered.edition as string) || '-03' as month{% else %}delivered.month{% endif %},
            delivered.record_id,
            delivered.delivery_id,
            delivered.source_row,
            context_feeds.exclusion,
            cast(null as string) as event_id
        from {{ ref('stg_' ~ feed) }} as delivered
        left join context_feeds on context_feeds.feed = '{{ feed }}'

    ),

{% endfor -%}
account_for_events as (

    select
        'communities__events' as feed,
        month,
        record_id,
        delivery_id,
        source_row,
        case when is_superseded then 'superseded by a newer delivery' end as exclusion,
        merged_event_id as event_id
    from event_rows

),

unite_accounts as (

    select * from account_for_offences
    union all
    select * from account_for_events
    {% for feed, model, row_status in record_feeds -%}
        union all
        select * from account_for_{{ feed }}
    {% endfor -%}
    {% for feed in context_feeds -%}
        union all
        select * from account_for_{{ feed }}
    {% endfor %}

),

find_incidents as (

    select
        accounts.feed,
        accounts.month,
        accounts.record_id,
        accounts.delivery_id,
        accounts.source_row,
        case
            when accounts.exclusion is not null then accounts.exclusion
            when records.has_record_beside_fire = false then 'deliberate fire of which no other agency tells'
        end as exclusion,
        case when accounts.exclusion is null then records.event_record_id end as event_record_id,
        case
            when accounts.exclusion is null and records.has_record_beside_fire then records.incident_id
        end as incident_id,
        accounts.event_id
    from unite_accounts as accounts
    left join incident_records as records
        on
            accounts.feed = records.feed
            and accounts.month = records.month
            and accounts.record_id = records.record_id

),

name_destinations as (

    select
        *,
        case
            when exclusion is not null then 'excluded'
            when incident_id is not null then 'incident'
            when event_id is not null then 'event'
        end as destination
    from find_incidents

)

select * from name_destinations
