with event_records as (

    select * from {{ ref('int_event_records') }}

),

record_incidents as (

    select * from {{ ref('stg_links__record_incidents') }}

),

join_incidents as (

    select
        event_records.*,
        record_incidents.incident_id,
        record_incidents.lower_incident_id,
        record_incidents.upper_incident_id,
        record_incidents.victim_id,
        record_incidents.lowest_link_probability,
        record_incidents.expected_incidents,
        record_incidents.expected_variance,
        record_incidents.known_to_police_probability
    from event_records
    inner join record_incidents on event_records.event_record_id = record_incidents.event_record_id

),

-- A deliberate fire is violence only where police or a health service tell of the same event.

find_evidence as (

    select
        *,
        max(case when agency <> 'fire' then 1 else 0 end) over (partition by incident_id) = 1 as has_record_beside_fire
    from join_incidents

)

select * from find_evidence
