with small_area_grid as (

    select * from {{ ref('stg_reference__small_area_grid') }}

),

small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

find_newest_editions as (

    select
        (select max(edition) from small_area_grid) as grid_edition,
        (select max(edition) from small_areas) as small_areas_edition

),

take_newest_grid as (

    select small_area_grid.*
    from small_area_grid
    inner join find_newest_editions on small_area_grid.edition = find_newest_editions.grid_edition

),

take_newest_small_areas as (

    select small_areas.*
    from small_areas
    inner join find_newest_editions on small_areas.edition = find_newest_editions.small_areas_edition

),

place_squares as (

    select
        take_newest_grid.easting_100m,
        take_newest_grid.northing_100m,
        take_newest_grid.lsoa_code,
        take_newest_grid.edition as lsoa_vintage,
        districts.district_code
    from take_newest_grid
    left join take_newest_small_areas on take_newest_grid.lsoa_code = take_newest_small_areas.lsoa_code
    left join districts on take_newest_small_areas.district_code = districts.district_code

)

select * from place_squares
