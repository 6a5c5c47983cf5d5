with hexagons as (

    select * from {{ ref('int_hexagons') }}

),

degrees_of_centres as (

    select * from {{ ref('int_hexagon_degrees') }}

),

streets as (

    select * from {{ ref('int_hexagon_streets') }}

),

small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

find_newest_edition as (

    select max(edition) as edition from small_areas

),

take_newest_small_areas as (

    select
        small_areas.lsoa_code,
        small_areas.lsoa_name,
        small_areas.ward_name
    from small_areas
    inner join find_newest_edition on small_areas.edition = find_newest_edition.edition

),

join_names as (

    select
        hexagons.hexagon,
        cast(round(hexagons.easting) as integer) as easting,
        cast(round(hexagons.northing) as integer) as northing,
        round(degrees_of_centres.latitude, 5) as latitude,
        round(degrees_of_centres.longitude, 5) as longitude,
        hexagons.lsoa_code,
        take_newest_small_areas.lsoa_name,
        take_newest_small_areas.ward_name,
        hexagons.district_code,
        districts.district_name,
        case when streets.rings_away > 0 then 'near ' else '' end || streets.street_names as street_names
    from hexagons
    inner join degrees_of_centres on hexagons.hexagon = degrees_of_centres.hexagon
    inner join districts on hexagons.district_code = districts.district_code
    left join take_newest_small_areas on hexagons.lsoa_code = take_newest_small_areas.lsoa_code
    left join streets on hexagons.hexagon = streets.hexagon

),

name_hexagons as (

    select
        *,
        coalesce(street_names || ', ', '')
        || coalesce(ward_name || ', ', '')
        || coalesce(lsoa_name, district_name) as hexagon_name
    from join_names

)

select * from name_hexagons
