with read_street_crimes as (

    select * from {{ ref('stg_police__street_crimes') }}

),

read_small_areas as (

    select distinct lsoa_code from {{ ref('stg_reference__small_areas') }}

),

read_changes as (

    select distinct lsoa_2011_code from {{ ref('stg_reference__small_area_changes') }}

),

count_crimes as (

    select
        month,
        coalesce(lsoa_code, 'unlocated') as lsoa_code,
        crime_type,
        cast(count(*) as integer) as crimes
    from read_street_crimes
    group by month, coalesce(lsoa_code, 'unlocated'), crime_type

),

find_vintages as (

    select
        count_crimes.month,
        {{ financial_year_of_month('count_crimes.month') }} as financial_year,
        count_crimes.lsoa_code,
        -- Vintages are mixed in one file: a code in both lists did not change and is read as 2021.
        case
            when read_small_areas.lsoa_code is not null then 2021
            when read_changes.lsoa_2011_code is not null then 2011
        end as lsoa_vintage,
        count_crimes.crime_type,
        count_crimes.crimes
    from count_crimes
    left join read_small_areas on count_crimes.lsoa_code = read_small_areas.lsoa_code
    left join read_changes on count_crimes.lsoa_code = read_changes.lsoa_2011_code

)

select * from find_vintages
order by month, lsoa_code, crime_type
