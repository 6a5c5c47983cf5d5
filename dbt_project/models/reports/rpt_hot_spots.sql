{#- How many hours in a row the busiest time of day has. -#}
{%- set busiest_hours = 4 -%}
{#- Of fewer incidents in two years no trend is told. -#}
{%- set fewest_for_trend = 10 -%}
{%- set years = [1, 2, 3] -%}

with hexagons as (

    select * from {{ ref('hot_spots__hexagons') }}

),

incidents as (

    select * from {{ ref('hot_spots__incidents') }}
    where place_status = 'located'

),

near_repeats as (

    select * from {{ ref('hot_spots__near_repeats') }}

),

window_months as (

    select * from {{ ref('hot_spots__window') }}

),

names as (

    select * from {{ ref('dim_hexagon') }}

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

-- Persistent is what stands in each year among the hexagons that together hold a quarter of it. Equal counts stand or
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

describe_window as (

    select
        max(year_back) as years,
        {% for year in years -%}
            sum(case when is_received and year_back = {{ year }} then 1 else 0 end) as year_{{ year }}_months,
        {% endfor -%}
        sum(case when is_received then 1 else 0 end) as months
    from window_months

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
        first_hour,
        incidents
    from count_stretches
    where by_count = 1

),

join_evidence as (

    select
        hexagons.*,
        names.hexagon_name,
        names.street_names,
        names.ward_name,
        names.lsoa_code,
        names.lsoa_name,
        names.district_code,
        names.district_name,
        names.easting,
        names.northing,
        names.latitude,
        names.longitude,
        row_number() over (order by hexagons.incidents desc, hexagons.harm_days desc, hexagons.hexagon asc)
            as rank_of_place,
        row_number() over (order by hexagons.harm_days desc, hexagons.incidents desc, hexagons.hexagon asc)
            as harm_rank,
        take_busiest.first_hour,
        take_busiest.incidents as busiest_incidents,
        coalesce(count_top_years.years_with_incidents, 0) as years_with_incidents,
        coalesce(count_top_years.years_among_busiest, 0) as years_among_busiest,
        describe_years.whole_years,
        describe_years.has_two_years,
        describe_window.years,
        describe_window.months,
        {% for year in years -%}
            describe_window.year_{{ year }}_months,
        {% endfor -%}
        coalesce(near_repeats.pairs_soon, 0) as near_repeat_pairs,
        coalesce(near_repeats.expected_pairs_soon, 0e0) as expected_near_repeat_pairs,
        near_repeats.adjusted_p_value as near_repeat_adjusted_p_value
    from hexagons
    inner join names on hexagons.hexagon = names.hexagon
    cross join describe_years
    cross join describe_window
    left join take_busiest on hexagons.hexagon = take_busiest.hexagon
    left join count_top_years on hexagons.hexagon = count_top_years.hexagon
    left join near_repeats on hexagons.hexagon = near_repeats.hexagon
    where hexagons.incidents > 0

),

judge_hexagons as (

    select
        cast(rank_of_place as integer) as hot_spot_rank,
        hexagon,
        hexagon_name,
        street_names,
        ward_name,
        lsoa_code,
        lsoa_name,
        district_code,
        district_name,
        easting,
        northing,
        latitude,
        longitude,
        cast(months as integer) as months,
        cast(incidents as integer) as incidents,
        harm_days,
        cast(harm_rank as integer) as harm_rank,
        cast(day_incidents as integer) as day_incidents,
        cast(night_incidents as integer) as night_incidents,
        cast(incidents - day_incidents - night_incidents as integer) as unknown_hour_incidents,
        cast(weekend_night_incidents as integer) as weekend_night_incidents,
        case
            when first_hour is not null
                then
                    lpad(cast(first_hour as string), 2, '0') || ':00 to '
                    || lpad(cast((first_hour + {{ busiest_hours - 1 }}) % 24 as string), 2, '0') || ':59'
        end as busiest_hours,
        cast(coalesce(busiest_incidents, 0) as integer) as busiest_hours_incidents,
        cast(year_1_incidents as integer) as last_year_incidents,
        cast(case when years >= 2 then year_2_incidents end as integer) as second_last_year_incidents,
        cast(case when years >= 3 then year_3_incidents end as integer) as third_last_year_incidents,
        cast(year_1_months as integer) as last_year_months,
        cast(year_2_months as integer) as second_last_year_months,
        cast(year_3_months as integer) as third_last_year_months,
        case
            when not coalesce(has_two_years, false) then 'not told: two whole years are needed'
            when year_1_incidents + year_2_incidents < {{ fewest_for_trend }} then 'too few to tell'
            when
                abs(year_1_incidents - year_2_incidents)
                < 1.959963984540054e0 * sqrt(year_1_incidents + year_2_incidents)
                then 'no clear change'
            when year_1_incidents > year_2_incidents then 'rising'
            else 'falling'
        end as trend,
        cast(whole_years as integer) as whole_years,
        cast(years_with_incidents as integer) as years_with_incidents,
        cast(years_among_busiest as integer) as years_among_busiest,
        whole_years >= 2 and years_among_busiest = whole_years as is_persistent,
        cast(incidents_around as integer) as incidents_around,
        gi_star,
        p_value,
        adjusted_p_value,
        coalesce(adjusted_p_value < 5e-2, false) as is_hot_spot,
        cast(near_repeat_pairs as integer) as near_repeat_pairs,
        expected_near_repeat_pairs,
        near_repeat_adjusted_p_value,
        coalesce(near_repeat_adjusted_p_value < 5e-2, false) as has_near_repeats
    from join_evidence

),

tell_evidence as (

    select
        *,
        case
            when gi_star is null then 'No statistic: the area is too small or all its hexagons are alike'
            when is_hot_spot
                then
                    'More than chance with its neighbours (z ' || cast(round(gi_star, 1) as string) || ', adjusted p '
                    || case
                        when adjusted_p_value < 1e-3 then 'under 0.001'
                        else cast(round(adjusted_p_value, 3) as string)
                    end || ')'
            else 'Not more than chance may bring'
        end
        || case
            when whole_years < 2 then ''
            else
                '; among the busiest in ' || cast(years_among_busiest as string) || ' of '
                || cast(whole_years as string) || ' years'
        end
        || case
            when has_near_repeats
                then
                    '; one follows another within 14 days more often than chance ('
                    || cast(near_repeat_pairs as string) || ' pairs, '
                    || cast(round(expected_near_repeat_pairs, 1) as string) || ' expected)'
            else ''
        end as evidence
    from judge_hexagons

)

select * from tell_evidence
