{#- The statistic of fewer hexagons says nothing. -#}
{%- set fewest_hexagons = 30 -%}

with hexagons as (

    select * from {{ ref('int_hexagons') }}

),

incidents as (

    select * from {{ ref('hot_spots__incidents') }}
    where place_status = 'located'

),

count_incidents as (

    select
        hexagon,
        count(*) as incidents,
        sum(harm_days) as harm_days,
        sum(case when part_of_day = 'day' then 1 else 0 end) as day_incidents,
        sum(case when part_of_day = 'night' then 1 else 0 end) as night_incidents,
        sum(case when is_weekend_night then 1 else 0 end) as weekend_night_incidents,
        sum(case when year_back = 1 then 1 else 0 end) as year_1_incidents,
        sum(case when year_back = 2 then 1 else 0 end) as year_2_incidents,
        sum(case when year_back = 3 then 1 else 0 end) as year_3_incidents
    from incidents
    group by hexagon

),

-- Every hexagon of the area is a value of the statistic, also where nothing happened.

count_all as (

    select
        hexagons.hexagon,
        {% for count in [
            'incidents', 'harm_days', 'day_incidents', 'night_incidents', 'weekend_night_incidents',
            'year_1_incidents', 'year_2_incidents', 'year_3_incidents'
        ] -%}
            coalesce(count_incidents.{{ count }}, 0) as {{ count }},
        {% endfor -%}
        hexagons.across,
        hexagons.up
    from hexagons
    left join count_incidents on hexagons.hexagon = count_incidents.hexagon

),

describe_area as (

    select
        count(*) as hexagons,
        avg(incidents * 1e0) as mean,
        avg(power(incidents * 1e0, 2)) - power(avg(incidents * 1e0), 2) as variance
    from count_all

),

-- A hexagon and its six neighbours weigh one each, hexagons beyond the area nothing.

list_neighbours as (

    {{ hexagons_near('count_all', ['hexagon'], 1) }}

),

add_neighbours as (

    select
        list_neighbours.hexagon,
        count(*) as weights,
        sum(neighbours.incidents) as incidents_around
    from list_neighbours
    inner join count_all as neighbours
        on list_neighbours.near_across = neighbours.across and list_neighbours.near_up = neighbours.up
    group by list_neighbours.hexagon

),

compare_with_area as (

    select
        count_all.*,
        add_neighbours.incidents_around,
        case
            when describe_area.hexagons >= {{ fewest_hexagons }} and describe_area.variance > 0e0
                then
                    (add_neighbours.incidents_around - describe_area.mean * add_neighbours.weights)
                    / nullif(
                        sqrt(
                            describe_area.variance
                            * add_neighbours.weights
                            * (describe_area.hexagons - add_neighbours.weights)
                            / (describe_area.hexagons - 1e0)
                        ),
                        0e0
                    )
        end as gi_star,
        describe_area.hexagons as tests
    from count_all
    inner join add_neighbours on count_all.hexagon = add_neighbours.hexagon
    cross join describe_area

),

find_p_values as (

    select
        *,
        {{ normal_upper_tail('gi_star') }} as p_value
    from compare_with_area

),

order_p_values as (

    select
        *,
        row_number() over (order by p_value, hexagon) as ascending
    from find_p_values

),

adjust_p_values as (

    select
        hexagon,
        across,
        up,
        incidents,
        harm_days,
        day_incidents,
        night_incidents,
        weekend_night_incidents,
        year_1_incidents,
        year_2_incidents,
        year_3_incidents,
        incidents_around,
        gi_star,
        p_value,
        case when p_value is not null then {{ false_discovery_p_value('p_value', 'ascending') }} end
            as adjusted_p_value
    from order_p_values

)

select * from adjust_p_values
