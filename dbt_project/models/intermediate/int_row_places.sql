with located_rows as (

    select * from {{ ref('int_located_rows') }}

),

small_area_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

split_areas as (

    select
        lsoa_2011_code,
        lsoa_2021_code
    from {{ ref('int_small_area_pairs') }}
    where change = 'split'

),

squares as (

    select * from {{ ref('int_places') }}

),

find_squares as (

    select
        located_rows.feed,
        located_rows.month,
        located_rows.record_id,
        located_rows.lsoa_code,
        located_rows.district_code,
        located_rows.easting,
        located_rows.northing,
        located_rows.easting is not null and located_rows.northing is not null as has_point,
        {{ hexagon_axes('located_rows.easting', 'located_rows.northing') }},
        squares.lsoa_code as square_lsoa_code,
        squares.district_code as square_district_code
    from located_rows
    left join squares
        on
            cast(floor(located_rows.easting / 100e0) as integer) = squares.easting_100m
            and cast(floor(located_rows.northing / 100e0) as integer) = squares.northing_100m

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
        small_area_codes.vintage,
        small_area_codes.lsoa_2021_code as code_lsoa_2021_code,
        small_area_codes.district_code as code_district_code,
        small_area_codes.is_in_partnership as code_is_in_partnership,
        case
            when name_hexagons.lsoa_code is null and name_hexagons.square_lsoa_code is not null then 'point'
            when name_hexagons.lsoa_code is null and name_hexagons.district_code is not null then 'delivered district'
            when name_hexagons.lsoa_code is null and name_hexagons.has_point then 'point outside all boundaries'
            when name_hexagons.lsoa_code is null then 'unlocated'
            when small_area_codes.small_area_code is null then 'unknown code'
            when small_area_codes.is_irregular then 'irregular code'
            when small_area_codes.is_split and split_areas.lsoa_2021_code is null then 'unresolved split'
            when small_area_codes.is_split then 'code of a split area and point'
            when small_area_codes.change = 'merged' then 'code of a merged area'
            else 'code'
        end as placed_by
    from name_hexagons
    left join small_area_codes on name_hexagons.lsoa_code = small_area_codes.small_area_code
    left join split_areas
        on
            name_hexagons.lsoa_code = split_areas.lsoa_2011_code
            and name_hexagons.square_lsoa_code = split_areas.lsoa_2021_code

),

place_rows as (

    select
        feed,
        month,
        record_id,
        vintage,
        placed_by,
        -- A point on the water or beyond the boundaries is none of the district that was delivered.
        case when placed_by <> 'delivered district' then place_hexagon end as place_hexagon,
        case when placed_by <> 'delivered district' then easting end as easting,
        case when placed_by <> 'delivered district' then northing end as northing,
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
