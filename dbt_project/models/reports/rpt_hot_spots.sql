{#- Of fewer incidents in two years no trend is told. -#}
{%- set fewest_for_trend = 10 -%}
{%- set years = [1, 2, 3] -%}

with hexagons as (

    select * from {{ ref('hot_spots__hexagons') }}

),

years as (

    select * from {{ ref('hot_spots__years') }}

),

busiest_hours as (

    select * from {{ ref('hot_spots__busiest_hours') }}

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

describe_window as (

    select
        max(year_back) as years_of_window,
        {% for year in years -%}
            sum(case when is_received and year_back = {{ year }} then 1 else 0 end) as year_{{ year }}_months,
        {% endfor -%}
        sum(case when is_received then 1 else 0 end) as months
    from window_months

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
        busiest_hours.busiest_hours,
        coalesce(busiest_hours.busiest_hours_incidents, 0) as busiest_hours_incidents,
        years.years_with_incidents,
        years.years_among_busiest,
        years.whole_years,
        years.has_two_years,
        describe_window.years_of_window,
        describe_window.months,
        {% for year in years -%}
            describe_window.year_{{ year }}_months,
        {% endfor -%}
        coalesce(near_repeats.pairs_soon, 0) as near_repeat_pairs,
        coalesce(near_repeats.expected_pairs_soon, 0e0) as expected_near_repeat_pairs,
        near_repeats.adjusted_p_value as near_repeat_adjusted_p_value
    from hexagons
    inner join names on hexagons.hexagon = names.hexagon
    inner join years on hexagons.hexagon = years.hexagon
    cross join describe_window
    left join busiest_hours on hexagons.hexagon = busiest_hours.hexagon
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
        busiest_hours,
        cast(busiest_hours_incidents as integer) as busiest_hours_incidents,
        cast(year_1_incidents as integer) as last_year_incidents,
        cast(case when years_of_window >= 2 then year_2_incidents end as integer) as second_last_year_incidents,
        cast(case when years_of_window >= 3 then year_3_incidents end as integer) as third_last_year_incidents,
        cast(year_1_months as integer) as last_year_months,
        cast(year_2_months as integer) as second_last_year_months,
        cast(year_3_months as integer) as third_last_year_months,
        case
            when not coalesce(has_two_years, false) then 'not told: two whole years are needed'
            when year_1_incidents + year_2_incidents < {{ fewest_for_trend }} then 'too few to tell'
            when
                abs(year_1_incidents - year_2_incidents)
                < {{ normal_quantile() }} * sqrt(year_1_incidents + year_2_incidents)
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
        coalesce(adjusted_p_value < {{ significance_level() }}, false) as is_hot_spot,
        cast(near_repeat_pairs as integer) as near_repeat_pairs,
        expected_near_repeat_pairs,
        near_repeat_adjusted_p_value,
        coalesce(near_repeat_adjusted_p_value < {{ significance_level() }}, false) as has_near_repeats
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
