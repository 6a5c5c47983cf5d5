with squares as (

    select * from {{ ref('int_places') }}
    where district_code is not null

),

-- A hexagon is of the partnership if the middle of a square of 100 m of the partnership lies in it: about six do.

find_middles as (

    select
        lsoa_code,
        district_code,
        {{ hexagon_axes('(easting_100m * 100e0 + 50e0)', '(northing_100m * 100e0 + 50e0)') }}
    from squares

),

name_hexagons as (

    select
        lsoa_code,
        district_code,
        {{ hexagon_at('across', 'up') }} as hexagon
    from find_middles

),

count_squares as (

    select
        hexagon,
        lsoa_code,
        district_code,
        count(*) as squares
    from name_hexagons
    group by hexagon, lsoa_code, district_code

),

-- It stands in the district that holds most of its squares, and in the small area of that district that does.

count_district_squares as (

    select
        *,
        sum(squares) over (partition by hexagon, district_code) as squares_of_district
    from count_squares

),

rank_areas as (

    select
        hexagon,
        lsoa_code,
        district_code,
        sum(squares) over (partition by hexagon) as squares,
        row_number() over (
            partition by hexagon
            order by squares_of_district desc, district_code asc, squares desc, lsoa_code asc
        ) as by_squares
    from count_district_squares

),

take_axes as (

    select
        hexagon,
        {{ hexagon_across('hexagon') }} as across,
        {{ hexagon_up('hexagon') }} as up,
        lsoa_code,
        district_code,
        cast(squares as integer) as squares
    from rank_areas
    where by_squares = 1

),

find_centres as (

    select
        hexagon,
        across,
        up,
        {{ hexagon_side() }} * sqrt(3e0) * (across + up / 2e0) as easting,
        {{ hexagon_side() }} * 1.5e0 * up as northing,
        lsoa_code,
        district_code,
        squares
    from take_axes

)

select * from find_centres
