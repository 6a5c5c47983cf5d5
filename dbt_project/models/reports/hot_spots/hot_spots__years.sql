{%- set years = [1, 2, 3] -%}

with hexagons as (

    select * from {{ ref('hot_spots__hexagons') }}

),

window_months as (

    select * from {{ ref('hot_spots__window') }}

),

-- A year with a month that is not received is no year to compare.

find_whole_years as (

    select year_back
    from window_months
    group by year_back
    having sum(case when is_received then 1 else 0 end) = 12

),

count_years as (

    {% for year in years -%}
        select
            {{ year }} as year_back,
            hexagon,
            year_{{ year }}_incidents as incidents
        from hexagons
        where year_{{ year }}_incidents > 0
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- Persistent is what lies in each year among the hexagons that together hold a quarter of it. Equal counts stand or
-- fall together.

add_up_years as (

    select
        count_years.year_back,
        count_years.hexagon,
        sum(count_years.incidents) over (
            partition by count_years.year_back
            order by count_years.incidents desc
            range between unbounded preceding and current row
        ) - sum(count_years.incidents) over (
            partition by count_years.year_back, count_years.incidents
        ) as incidents_of_busier,
        sum(count_years.incidents) over (partition by count_years.year_back) as incidents_of_year
    from count_years
    inner join find_whole_years on count_years.year_back = find_whole_years.year_back

),

count_top_years as (

    select
        hexagon,
        count(*) as years_with_incidents,
        sum(case when 4 * incidents_of_busier < incidents_of_year then 1 else 0 end) as years_among_busiest
    from add_up_years
    group by hexagon

),

describe_years as (

    select
        count(*) as whole_years,
        max(case when year_back = 1 then 1 else 0 end) + max(case when year_back = 2 then 1 else 0 end) = 2
            as has_two_years
    from find_whole_years

),

join_years as (

    select
        hexagons.hexagon,
        describe_years.whole_years,
        describe_years.has_two_years,
        coalesce(count_top_years.years_with_incidents, 0) as years_with_incidents,
        coalesce(count_top_years.years_among_busiest, 0) as years_among_busiest
    from hexagons
    cross join describe_years
    left join count_top_years on hexagons.hexagon = count_top_years.hexagon

)

select * from join_years
