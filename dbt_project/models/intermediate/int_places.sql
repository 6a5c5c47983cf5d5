with read_grid as (

    select * from {{ ref('stg_reference__small_area_grid') }}

),

read_small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

read_districts as (

    select * from {{ ref('partnership_districts') }}

),

find_newest_editions as (

    select
        (select max(edition) from read_grid) as grid_edition,
        (select max(edition) from read_small_areas) as small_areas_edition

),

take_newest_grid as (

    select read_grid.*
    from read_grid
    inner join find_newest_editions on read_grid.edition = find_newest_editions.grid_edition

),

take_newest_small_areas as (

    select read_small_areas.*
    from read_small_areas
    inner join find_newest_editions on read_small_areas.edition = find_newest_editions.small_areas_edition

),

place_squares as (

    select
        take_newest_grid.easting_100m,
        take_newest_grid.northing_100m,
        take_newest_grid.lsoa_code,
        take_newest_grid.edition as lsoa_vintage,
        read_districts.district_code
    from take_newest_grid
    left join take_newest_small_areas on take_newest_grid.lsoa_code = take_newest_small_areas.lsoa_code
    left join read_districts on take_newest_small_areas.district_code = read_districts.district_code

)

select * from place_squares
