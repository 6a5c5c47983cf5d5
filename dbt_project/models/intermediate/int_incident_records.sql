with read_event_records as (

    select * from {{ ref('int_event_records') }}

),

read_incidents as (

    select * from {{ ref('stg_links__record_incidents') }}

),

join_incidents as (

    select
        read_event_records.*,
        read_incidents.incident_id,
        read_incidents.lower_incident_id,
        read_incidents.upper_incident_id,
        read_incidents.victim_id,
        read_incidents.lowest_link_probability
    from read_event_records
    inner join read_incidents on read_event_records.event_record_id = read_incidents.event_record_id

),

-- A deliberate fire is violence only where police or a health service tell of the same event.

find_evidence as (

    select
        *,
        max(case when agency <> 'fire' then 1 else 0 end) over (partition by incident_id) = 1 as is_in_an_incident
    from join_incidents

)

select * from find_evidence
