-- Promise 1: the records, incidents and events the accounts name are exactly those of the bridge and the facts.
with both_sides as (

    select
        'record' as fact,
        event_record_id as id,
        1 as in_accounts,
        0 as in_fact
    from {{ ref('int_row_accounts') }}
    where destination = 'incident'
    union all
    select distinct
        'incident' as fact,
        incident_id as id,
        1 as in_accounts,
        0 as in_fact
    from {{ ref('int_row_accounts') }}
    where destination = 'incident'
    union all
    select distinct
        'event' as fact,
        event_id as id,
        1 as in_accounts,
        0 as in_fact
    from {{ ref('int_row_accounts') }}
    where destination = 'event'
    union all
    select
        'record' as fact,
        event_record_id as id,
        0 as in_accounts,
        1 as in_fact
    from {{ ref('bridge_incident_records') }}
    union all
    select
        'incident' as fact,
        incident_id as id,
        0 as in_accounts,
        1 as in_fact
    from {{ ref('fct_serious_violence_incidents') }}
    union all
    select
        'event' as fact,
        event_id as id,
        0 as in_accounts,
        1 as in_fact
    from {{ ref('fct_events') }}

),

count_both as (

    select
        fact,
        id,
        sum(in_accounts) as in_accounts,
        sum(in_fact) as in_fact
    from both_sides
    group by fact, id

)

select * from count_both
where in_accounts <> 1 or in_fact <> 1
