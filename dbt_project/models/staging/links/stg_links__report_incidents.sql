with read_report_incidents as (

    select * from {{ source('links', 'report_incidents') }}

),

rename_columns as (

    select
        report_id,
        incident_id,
        lower_incident_id,
        upper_incident_id,
        victim_id,
        lowest_probability as lowest_link_probability
    from read_report_incidents

)

select * from rename_columns
