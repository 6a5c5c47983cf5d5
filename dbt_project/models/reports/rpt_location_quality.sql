{#- Blank places run at 1.4 to 2.6 % of police records a year; where they reached 12 to 15 %, dropping them turned
    trends round ([ADI issues 2026]). -#}
{%- set least_located_percent = 95 -%}
{%- set fewest_rows = 50 -%}

with row_places as (

    select * from {{ ref('int_row_places') }}
    where is_in_partnership is null or is_in_partnership

),

count_rows as (

    select
        feed,
        {{ financial_year_of_month('month') }} as financial_year,
        coalesce(place_district_code, 'unlocated') as district_code,
        cast(count(*) as integer) as bronze_rows,
        cast(count(place_lsoa_2021_code) as integer) as located_rows
    from row_places
    group by feed, {{ financial_year_of_month('month') }}, coalesce(place_district_code, 'unlocated')

),

judge_districts as (

    select
        *,
        round(1e2 * located_rows / bronze_rows, 1) as located_percent,
        district_code <> 'unlocated'
        and bronze_rows >= {{ fewest_rows }}
        and 1e2 * located_rows / bronze_rows < {{ least_located_percent }} as is_flagged
    from count_rows

)

select * from judge_districts
