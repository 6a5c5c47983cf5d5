{#- How many hours in a row the busiest time of day has. -#}
{%- set busiest_hours = 4 -%}

with incidents as (

    select * from {{ ref('hot_spots__incidents') }}
    where place_status = 'located'

),

-- Stretches of hours, the last of which reach past midnight.

list_stretches as (

    {% for hour in range(busiest_hours) -%}
        select
            hexagon,
            (occurred_hour + 24 - {{ hour }}) % 24 as first_hour
        from incidents
        where occurred_hour is not null
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

count_stretches as (

    select
        hexagon,
        first_hour,
        count(*) as incidents,
        row_number() over (partition by hexagon order by count(*) desc, first_hour asc) as by_count
    from list_stretches
    group by hexagon, first_hour

),

take_busiest as (

    select
        hexagon,
        lpad(cast(first_hour as string), 2, '0') || ':00 to '
        || lpad(cast((first_hour + {{ busiest_hours - 1 }}) % 24 as string), 2, '0') || ':59' as busiest_hours,
        incidents as busiest_hours_incidents
    from count_stretches
    where by_count = 1

)

select * from take_busiest
