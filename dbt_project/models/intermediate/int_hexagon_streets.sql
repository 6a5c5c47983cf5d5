{#- What data.police.uk names instead of a street, "On or near" before it: seen in archives of 2024 and 2025. -#}
{%- set kinds_of_place = [
    'airport/airfield', 'bus/coach station', 'conference/exhibition centre', 'ferry terminal',
    'further/higher educational building', 'hospital', 'motorway service area', 'nightclub', 'no location',
    'park/open space', 'parking area', 'pedestrian subway', 'petrol station', 'police station', 'prison', 'race track',
    'shopping area', 'sports/recreation area', 'supermarket', 'theatre/concert hall'
] -%}
{#- Rings of hexagons around a named street: four reach a kilometre. -#}
{%- set rings = 4 -%}

with street_crimes as (

    select * from {{ ref('stg_police__street_crimes') }}

),

row_places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'police__street_crimes' and place_hexagon is not null

),

hexagons as (

    select * from {{ ref('int_hexagons') }}

),

name_streets as (

    select
        row_places.place_hexagon,
        replace(street_crimes.location, 'On or near ', '') as street_name
    from street_crimes
    inner join row_places
        on street_crimes.month = row_places.month and street_crimes.record_id = row_places.record_id

),

count_crimes as (

    select
        {{ hexagon_across('place_hexagon') }} as across,
        {{ hexagon_up('place_hexagon') }} as up,
        street_name,
        count(*) as crimes
    from name_streets
    where
        street_name is not null
        and street_name <> ''
        and lower(street_name) not in (
            {% for kind in kinds_of_place -%}
                '{{ kind }}'{{ ',' if not loop.last }}
            {% endfor %}
        )
    group by place_hexagon, street_name

),

take_two_streets as (

    select
        across,
        up,
        street_name,
        crimes
    from (
        select
            *,
            row_number() over (partition by across, up order by crimes desc, street_name asc) as by_crimes
        from count_crimes
    ) as ranked
    where by_crimes <= 2

),

list_hexagons_near as (

    {{ hexagons_near('take_two_streets', ['street_name', 'crimes'], rings) }}

),

find_streets as (

    select
        hexagons.hexagon,
        list_hexagons_near.street_name,
        list_hexagons_near.rings_away,
        sum(list_hexagons_near.crimes) as crimes
    from list_hexagons_near
    inner join hexagons
        on list_hexagons_near.near_across = hexagons.across and list_hexagons_near.near_up = hexagons.up
    group by hexagons.hexagon, list_hexagons_near.street_name, list_hexagons_near.rings_away

),

rank_streets as (

    select
        hexagon,
        street_name,
        rings_away,
        min(rings_away) over (partition by hexagon) as least_rings_away,
        row_number() over (partition by hexagon order by rings_away asc, crimes desc, street_name asc) as by_nearness
    from find_streets

),

join_streets as (

    select
        hexagon,
        least_rings_away as rings_away,
        {{ joined_text('street_name', ' / ', 'by_nearness') }} as street_names
    from rank_streets
    where rings_away = least_rings_away and by_nearness <= 2
    group by hexagon, least_rings_away

)

select * from join_streets
