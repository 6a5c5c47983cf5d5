with read_record_incidents as (

    select * from {{ source('links', 'record_incidents') }}

),

rename_columns as (

    select
        event_record_id,
        incident_id,
        lower_incident_id,
        upper_incident_id,
        victim_id,
        lowest_probability as lowest_link_probability,
        expected_incidents,
        expected_variance,
        known_to_police_probability
    from read_record_incidents

)

select * from rename_columns
