with members as (

    select * from {{ ref('comparators__members') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

area_residents as (

    select * from {{ ref('int_area_residents') }}
    where age is null

),

list_residents_of as (

    -- Of what the residents of an area are the sum: itself, the districts of a partnership, the forces of the group.
    select distinct
        geography_level,
        area_code,
        force_code as counted_code
    from members
    where geography_level in ('force', 'group')
    union all
    select
        'csp' as geography_level,
        csp_code as area_code,
        district_code as counted_code
    from districts
    union all
    select
        'country' as geography_level,
        'E92000001' as area_code,
        'E92000001' as counted_code

),

list_years as (

    select distinct estimate_year from area_residents

),

sum_residents as (

    select
        list_residents_of.geography_level,
        list_residents_of.area_code,
        list_years.estimate_year,
        max(area_residents.population) as population,
        case
            when count(area_residents.residents) = count(*) then cast(sum(area_residents.residents) as integer)
        end as residents
    from list_residents_of
    cross join list_years
    left join area_residents
        on
            list_residents_of.counted_code = area_residents.area_code
            and list_years.estimate_year = area_residents.estimate_year
    group by list_residents_of.geography_level, list_residents_of.area_code, list_years.estimate_year

)

select * from sum_residents
