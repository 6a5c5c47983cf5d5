with read_rows as (

    select * from {{ ref('int_health_attendance_rows') }}
    where standing = 'assault'

),

read_injury_places as (

    select * from {{ ref('int_health_injury_places') }}

),

read_places as (

    select * from {{ ref('int_places') }}

),

read_mechanisms as (

    select * from {{ ref('snomed_codes') }}
    where reference_set = 'injury mechanism'

),

place_assaults as (

    select
        attendances.attendance_id,
        attendances.month,
        attendances.arrival_date,
        attendances.arrived_at,
        attendances.injury_date,
        attendances.injury_time,
        attendances.injured_at,
        attendances.residence_lsoa_code,
        cast(floor(scenes.easting) as integer) as easting,
        cast(floor(scenes.northing) as integer) as northing,
        places.lsoa_code,
        places.lsoa_vintage,
        places.district_code,
        case
            when scenes.easting is null then 'no coordinates'
            when places.district_code is null then 'outside the partnership'
            else 'square of 100 m'
        end as place_precision,
        mechanisms.meaning as weapon,
        attendances.age_at_arrival,
        attendances.sex,
        attendances.patient_pseudonym,
        attendances.delivery_id
    from read_rows as attendances
    left join read_injury_places as scenes
        on attendances.month = scenes.month and attendances.record_id = scenes.record_id
    left join read_places as places
        on
            cast(floor(scenes.easting / 100e0) as integer) = places.easting_100m
            and cast(floor(scenes.northing / 100e0) as integer) = places.northing_100m
    left join read_mechanisms as mechanisms on attendances.injury_mechanism_snomed = mechanisms.snomed_code

)

select * from place_assaults
