{%- set shares = [25, 50] -%}

with hexagons as (

    select * from {{ ref('hot_spots__hexagons') }}

),

incidents as (

    select * from {{ ref('hot_spots__incidents') }}

),

near_repeats as (

    select * from {{ ref('hot_spots__near_repeats') }}

),

window_months as (

    select * from {{ ref('hot_spots__window') }}

),

-- The busiest hexagons first: how many incidents those before one hold, and all up to it.

add_up_hexagons as (

    select
        incidents,
        row_number() over (order by incidents desc, hexagon asc) as hexagons_so_far,
        sum(incidents) over (order by incidents desc, hexagon asc rows between unbounded preceding and current row)
            as incidents_so_far,
        sum(incidents) over () as all_incidents
    from hexagons

),

describe_hexagons as (

    select
        count(*) as hexagons,
        sum(case when incidents > 0 then 1 else 0 end) as hexagons_with_incidents,
        {% for share in shares -%}
            min(
                case
                    when all_incidents > 0 and 100 * incidents_so_far >= {{ share }} * all_incidents
                        then hexagons_so_far
                end
            ) as hexagons_holding_{{ share }},
        {% endfor -%}
        sum(incidents) as incidents
    from add_up_hexagons

),

judge_hexagons as (

    select
        sum(case when adjusted_p_value < {{ significance_level() }} then 1 else 0 end) as hot_spots,
        count(gi_star) > 0 as has_statistic
    from hexagons

),

count_incidents as (

    select
        {% for status, name in [
            ('located', 'located_incidents'),
            ('default place', 'default_place_incidents'),
            ('no point', 'no_point_incidents'),
            ('outside the partnership', 'outside_incidents'),
            ('beyond the hexagons of the area', 'beyond_incidents'),
            ('setting not recorded', 'unknown_setting_incidents')
        ] -%}
            coalesce(sum(case when place_status = '{{ status }}' then 1 else 0 end), 0) as {{ name }},
        {% endfor -%}
        count(*) as incidents
    from incidents

),

-- A pair across two hexagons was seen from both.

count_pairs as (

    select
        sum((pairs + pairs_within) / 2e0) as near_pairs,
        sum((pairs_soon + pairs_within_soon) / 2e0) as near_repeat_pairs,
        -- Exact numbers, so that no order of the rows changes the sum.
        sum(cast((pairs + pairs_within) / 2e0 * expected_pairs_soon / pairs as decimal(38, 12)))
            as expected_near_repeat_pairs
    from near_repeats

),

describe_window as (

    select
        min(month) as first_month,
        max(month) as last_month,
        sum(case when is_received then 1 else 0 end) as months,
        sum(case when is_received then 0 else 1 end) as missing_months
    from window_months

),

shape_area as (

    select
        'all' as area,
        describe_window.first_month,
        describe_window.last_month,
        cast(coalesce(describe_window.months, 0) as integer) as months,
        cast(coalesce(describe_window.missing_months, 0) as integer) as missing_months,
        cast(count_incidents.incidents as integer) as incidents,
        {% for name in [
            'located_incidents', 'default_place_incidents', 'no_point_incidents', 'outside_incidents',
            'beyond_incidents', 'unknown_setting_incidents'
        ] -%}
            cast(count_incidents.{{ name }} as integer) as {{ name }},
        {% endfor -%}
        cast(describe_hexagons.hexagons as integer) as hexagons,
        cast(coalesce(describe_hexagons.hexagons_with_incidents, 0) as integer) as hexagons_with_incidents,
        {% for share in shares -%}
            cast(describe_hexagons.hexagons_holding_{{ share }} as integer) as hexagons_holding_{{ share }},
            1e2 * describe_hexagons.hexagons_holding_{{ share }} / nullif(describe_hexagons.hexagons, 0)
                as percent_of_hexagons_holding_{{ share }},
            1e2 * describe_hexagons.hexagons_holding_{{ share }} / nullif(describe_hexagons.hexagons_with_incidents, 0)
                as percent_of_used_hexagons_holding_{{ share }},
        {% endfor -%}
        cast(case when judge_hexagons.has_statistic then judge_hexagons.hot_spots end as integer) as hot_spots,
        case
            when judge_hexagons.has_statistic then 'published'
            when describe_hexagons.hexagons < 30 then 'not published: fewer than 30 hexagons'
            else 'not published: all hexagons have the same count'
        end as statistic_status,
        cast(coalesce(count_pairs.near_repeat_pairs, 0) as integer) as near_repeat_pairs,
        coalesce(cast(count_pairs.expected_near_repeat_pairs as double), 0e0) as expected_near_repeat_pairs
    from describe_hexagons
    cross join judge_hexagons
    cross join count_incidents
    cross join count_pairs
    cross join describe_window

)

select * from shape_area
