{#- A view: the crimes behind it are a table already, and writing them a second time costs more than reading. -#}
{{ config(materialized='view') }}

with read_crimes as (

    select * from {{ ref('int_police_crimes') }}
    where crime_status = 'active'

),

read_assaults as (

    select * from {{ ref('int_health_assaults') }}

),

shape_crimes as (

    select
        'police__offences:' || crime_reference as report_id,
        'police' as agency,
        'police__offences' as feed,
        month,
        committed_from as occurred_at,
        committed_to as occurred_until,
        case
            when committed_from is null then 'unknown'
            when committed_to > committed_from then 'between two times'
            else 'time'
        end as occurred_precision,
        date_recorded as recorded_date,
        cast(date_reported as timestamp) as reported_at,
        easting,
        northing,
        lsoa_code,
        lsoa_vintage,
        district_code,
        place_precision,
        location_type,
        is_public_place,
        cast(null as string) as residence_lsoa_code,
        offence_code,
        prc_code,
        offence_group as kind,
        tier,
        is_serious_violence,
        is_serious_violence_excluding_possession,
        weapon,
        case when is_knife_enabled is null then 'not recorded' else 'weapon recorded by the force' end as knife_method,
        is_knife_enabled,
        is_firearm_enabled,
        is_domestic,
        injury,
        victim_age,
        victim_sex,
        victims,
        victims_under_25,
        victims_of_unknown_age,
        victim_pseudonym as pseudonym,
        'police_person' as pseudonym_kind,
        crime_status as status,
        delivery_id
    from read_crimes

),

shape_assaults as (

    select
        'health__emergency_attendances:' || attendance_id as report_id,
        'health' as agency,
        'health__emergency_attendances' as feed,
        month,
        coalesce(injured_at, arrived_at) as occurred_at,
        arrived_at as occurred_until,
        case
            when injury_date is null then 'before arrival'
            when injury_time is null or injury_time = '00:00:00' then 'day'
            else 'time'
        end as occurred_precision,
        arrival_date as recorded_date,
        arrived_at as reported_at,
        easting,
        northing,
        lsoa_code,
        lsoa_vintage,
        district_code,
        place_precision,
        cast(null as string) as location_type,
        cast(null as boolean) as is_public_place,
        residence_lsoa_code,
        cast(null as string) as offence_code,
        cast(null as string) as prc_code,
        'assault attendance' as kind,
        cast(null as string) as tier,
        false as is_serious_violence,
        false as is_serious_violence_excluding_possession,
        weapon,
        case when weapon is null then 'not recorded' else 'injury mechanism recorded by the emergency department' end
            as knife_method,
        weapon = 'blade' as is_knife_enabled,
        weapon = 'firearm' as is_firearm_enabled,
        cast(null as boolean) as is_domestic,
        cast(null as string) as injury,
        age_at_arrival as victim_age,
        sex as victim_sex,
        1 as victims,
        case when age_at_arrival < 25 then 1 else 0 end as victims_under_25,
        case when age_at_arrival is null then 1 else 0 end as victims_of_unknown_age,
        patient_pseudonym as pseudonym,
        'nhs_number' as pseudonym_kind,
        'counted' as status,
        delivery_id
    from read_assaults

),

unite_reports as (

    select * from shape_crimes
    union all
    select * from shape_assaults

)

select * from unite_reports
