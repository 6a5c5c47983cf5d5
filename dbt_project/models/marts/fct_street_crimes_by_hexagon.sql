with street_crimes as (

    select * from {{ ref('stg_police__street_crimes') }}

),

row_places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'police__street_crimes'

),

hexagons as (

    select * from {{ ref('int_hexagons') }}

),

count_crimes as (

    select
        street_crimes.month,
        {{ financial_year_of_month('street_crimes.month') }} as financial_year,
        coalesce(hexagons.hexagon, 'unlocated') as hexagon,
        street_crimes.crime_type,
        cast(count(*) as integer) as crimes
    from street_crimes
    left join row_places
        on street_crimes.month = row_places.month and street_crimes.record_id = row_places.record_id
    left join hexagons on row_places.place_hexagon = hexagons.hexagon
    group by street_crimes.month, coalesce(hexagons.hexagon, 'unlocated'), street_crimes.crime_type

)

select * from count_crimes
