{#- Who lives in each district: the census counts everyone, estimates of the middle of a year count by year of age. -#}
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

)

select * from sum_residents
