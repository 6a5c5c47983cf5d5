with street_crimes as (

    select * from {{ ref('stg_police__street_crimes') }}

),

row_places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'police__street_crimes'

),

place_crimes as (

    select
        street_crimes.month,
        street_crimes.crime_type,
        -- A small area outside the partnership is no row of dim_area: what lies there is unlocated, as in every fact.
        coalesce(
            case when row_places.place_district_code is not null then row_places.place_lsoa_2021_code end,
            'unlocated'
        ) as lsoa_code,
        coalesce(row_places.place_district_code, 'unlocated') as district_code
    from street_crimes
    left join row_places
        on street_crimes.month = row_places.month and street_crimes.record_id = row_places.record_id

),

count_crimes as (

    select
        month,
        {{ financial_year_of_month('month') }} as financial_year,
        lsoa_code,
        cast(2021 as integer) as lsoa_vintage,
        district_code,
        crime_type,
        cast(count(*) as integer) as crimes
    from place_crimes
    group by month, lsoa_code, district_code, crime_type

)

select * from count_crimes
