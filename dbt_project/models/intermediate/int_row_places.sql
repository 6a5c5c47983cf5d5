with read_rows as (

    select * from {{ ref('int_located_rows') }}

),

read_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

read_split_areas as (

    select
        lsoa_2011_code,
        lsoa_2021_code
    from {{ ref('int_small_area_pairs') }}
    where change = 'split'

),

read_squares as (

    select * from {{ ref('int_places') }}

),

find_squares as (

    select
        read_rows.feed,
        read_rows.month,
        read_rows.record_id,
        read_rows.lsoa_code,
        read_rows.district_code,
        read_rows.easting,
        read_rows.northing,
        read_rows.easting is not null and read_rows.northing is not null as has_point,
        {{ hexagon_axes('read_rows.easting', 'read_rows.northing') }},
        read_squares.lsoa_code as square_lsoa_code,
        read_squares.district_code as square_district_code
    from read_rows
    left join read_squares
        on
            cast(floor(read_rows.easting / 100e0) as integer) = read_squares.easting_100m
            and cast(floor(read_rows.northing / 100e0) as integer) = read_squares.northing_100m

),

name_hexagons as (

    select
        find_squares.*,
        {{ hexagon_at('across', 'up') }} as place_hexagon
    from find_squares

),

-- A code decides before a point: published points are moved to the middle of a street and snap to borders. The point
-- decides where there is no code and among the parts of a small area that was split, never beyond them.

test_codes as (

    select
        name_hexagons.*,
        read_codes.vintage,
        read_codes.lsoa_2021_code as code_lsoa_2021_code,
        read_codes.district_code as code_district_code,
        read_codes.is_in_partnership as code_is_in_partnership,
        case
            when name_hexagons.lsoa_code is null and name_hexagons.square_lsoa_code is not null then 'point'
            when name_hexagons.lsoa_code is null and name_hexagons.has_point then 'point outside all boundaries'
            when name_hexagons.lsoa_code is null and name_hexagons.district_code is not null then 'delivered district'
            when name_hexagons.lsoa_code is null then 'unlocated'
            when read_codes.small_area_code is null then 'unknown code'
            when read_codes.is_irregular then 'irregular code'
            when read_codes.is_split and read_split_areas.lsoa_2021_code is null then 'unresolved split'
            when read_codes.is_split then 'code of a split area and point'
            when read_codes.change = 'merged' then 'code of a merged area'
            else 'code'
        end as placed_by
    from name_hexagons
    left join read_codes on name_hexagons.lsoa_code = read_codes.small_area_code
    left join read_split_areas
        on
            name_hexagons.lsoa_code = read_split_areas.lsoa_2011_code
            and name_hexagons.square_lsoa_code = read_split_areas.lsoa_2021_code

),

place_rows as (

    select
        feed,
        month,
        record_id,
        vintage,
        placed_by,
        place_hexagon,
        easting,
        northing,
        case
            when placed_by in ('point', 'code of a split area and point') then square_lsoa_code
            else code_lsoa_2021_code
        end as place_lsoa_2021_code,
        case
            when placed_by in ('point', 'code of a split area and point') then square_district_code
            when placed_by in ('delivered district', 'unknown code') then district_code
            when code_is_in_partnership then code_district_code
        end as place_district_code,
        case
            when placed_by in ('point', 'code of a split area and point', 'point outside all boundaries')
                then square_district_code is not null
            when placed_by in ('delivered district', 'unknown code') and district_code is not null then true
            else code_is_in_partnership
        end as is_in_partnership
    from test_codes

)

select * from place_rows
