{#- Who lives in each district: the census counts everyone, estimates of the middle of a year count by year of age. -#}
{#- Estimates of districts have each age from 0 to 89, and 90 and over. -#}
{%- set ages = 91 -%}
with census as (

    select * from {{ ref('stg_reference__census_population') }}

),

estimates as (

    select * from {{ ref('stg_reference__population') }}

),

small_area_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

area_residents as (

    select * from {{ ref('int_area_residents') }}

),

count_districts as (

    select count(*) as districts from districts

),

district_estimates as (

    select
        area_residents.area_code as district_code,
        area_residents.estimate_year,
        area_residents.age,
        area_residents.residents,
        -- An edition that lacks a district or an age gives the year to none: districts are compared with each other.
        count(*) over (partition by area_residents.estimate_year) = {{ ages }} * count_districts.districts as is_whole
    from area_residents
    inner join districts on area_residents.area_code = districts.district_code
    cross join count_districts
    where area_residents.age is not null

),

list_residents as (

    select
        lsoa_code,
        edition,
        'all' as age_group,
        'Census ' || cast(edition as string) as population,
        usual_residents as residents
    from census
    union all
    select
        lsoa_code,
        edition,
        'all' as age_group,
        'mid-' || cast(edition as string) || ' estimate' as population,
        residents
    from estimates
    union all
    select
        lsoa_code,
        edition,
        {{ victim_age_group('age') }} as age_group,
        'mid-' || cast(edition as string) || ' estimate' as population,
        residents
    from estimates

),

sum_residents as (

    select
        districts.district_code,
        list_residents.age_group,
        list_residents.edition,
        list_residents.population,
        cast(sum(list_residents.residents) as integer) as residents
    from list_residents
    inner join small_area_codes on list_residents.lsoa_code = small_area_codes.small_area_code
    inner join districts on small_area_codes.district_code = districts.district_code
    group by
        districts.district_code,
        list_residents.age_group,
        list_residents.edition,
        list_residents.population
    {% for age_group in ["'all'", victim_age_group('age')] -%}
        union all
        select
            district_code,
            {{ age_group }} as age_group,
            estimate_year as edition,
            'mid-' || cast(estimate_year as string) || ' estimate of districts' as population,
            cast(sum(residents) as integer) as residents
        from district_estimates
        where is_whole
        group by all
    {% endfor %}

)

select * from sum_residents
