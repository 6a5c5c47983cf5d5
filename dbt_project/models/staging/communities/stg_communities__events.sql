with read_events as (

    select * from {{ source('communities', 'events') }}

),

type_columns as (

    select
        record_id,
        event_id,
        recorded_by_agency,
        programme_code,
        provider_name,
        event_type,
        status,
        starts_at,
        ends_at,
        venue_name,
        lsoa_code,
        district_code,
        target_age_min,
        target_age_max,
        planned_attendance,
        actual_attendance,
        attendance_method,
        vru_staff_present,
        partner_agencies,
        intervention_tier,
        yef_approach,
        cost_gbp,
        funder_grant_id,
        delivery_id,
        source_row,
        cast(month as string) as month
    from read_events

)

select * from type_columns
