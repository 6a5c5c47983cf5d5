with read_incidents as (

    select * from {{ source('fire', 'incidents') }}

),

type_columns as (

    select
        record_id,
        incident_number,
        call_date,
        cal_year,
        call_time,
        hour_of_call,
        coalesce(called_at, {{ timestamp_of('call_date', 'call_time') }}) as called_at,
        incident_group,
        stop_code_description,
        special_service_type,
        accidental_or_deliberate,
        is_attack_on_firefighters,
        property_category,
        property_type,
        address_qualifier,
        borough_code,
        borough_name,
        proper_case,
        ward_code,
        ward_name,
        ward_name_new,
        coalesce(easting, easting_rounded) as easting,
        coalesce(northing, northing_rounded) as northing,
        frs,
        incident_station_ground,
        first_pump_seconds,
        first_pump_arriving_deployed_from_station,
        second_pump_seconds,
        second_pump_arriving_deployed_from_station,
        num_stations_with_pumps_attending,
        num_pumps_attending,
        delivery_id,
        source_row,
        easting is not null and northing is not null as is_exact_place_given,
        incident_group = 'Fire' and coalesce(accidental_or_deliberate, '') = 'Deliberate' as is_deliberate_fire,
        cast(month as string) as month
    from read_incidents

)

select * from type_columns
