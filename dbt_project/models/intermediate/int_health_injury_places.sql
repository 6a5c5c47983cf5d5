with read_attendances as (

    select * from {{ ref('int_health_attendance_rows') }}

),

read_points as (

    select * from {{ ref('int_points_in_metres') }}

),

find_scenes as (

    select
        read_attendances.record_id,
        read_attendances.month,
        read_points.easting,
        read_points.northing
    from read_attendances
    inner join read_points
        on
            read_attendances.injury_latitude = read_points.latitude
            and read_attendances.injury_longitude = read_points.longitude

)

select * from find_scenes
