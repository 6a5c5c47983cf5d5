with districts as (

    select * from {{ ref('partnership_districts') }}

),

small_area_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

names_of_2011 as (

    select
        lsoa_2011_code,
        max(lsoa_2011_name) as lsoa_2011_name
    from {{ ref('int_small_area_pairs') }}
    group by lsoa_2011_code

),

residents as (

    select
        lsoa_code,
        max(usual_residents) as usual_residents
    from {{ ref('stg_reference__census_population') }}
    group by lsoa_code

),

find_newest_edition as (

    select max(edition) as edition from small_areas

),

take_newest_names as (

    select
        small_areas.lsoa_code,
        small_areas.lsoa_name
    from small_areas
    inner join find_newest_edition on small_areas.edition = find_newest_edition.edition

),

list_small_areas_of_2021 as (

    select
        'lsoa' as geography_level,
        small_area_codes.small_area_code as area_code,
        coalesce(take_newest_names.lsoa_name, small_area_codes.small_area_code) as area_name,
        2021 as vintage,
        districts.district_code,
        districts.csp_code,
        districts.force_code,
        residents.usual_residents
    from small_area_codes
    inner join districts on small_area_codes.district_code = districts.district_code
    left join take_newest_names on small_area_codes.small_area_code = take_newest_names.lsoa_code
    left join residents on small_area_codes.small_area_code = residents.lsoa_code
    where small_area_codes.vintage in ('2021', '2011 and 2021')

),

list_small_areas_of_2011 as (

    select
        'lsoa' as geography_level,
        small_area_codes.small_area_code as area_code,
        names_of_2011.lsoa_2011_name as area_name,
        2011 as vintage,
        districts.district_code,
        districts.csp_code,
        districts.force_code,
        cast(null as integer) as usual_residents
    from small_area_codes
    inner join districts on small_area_codes.district_code = districts.district_code
    left join names_of_2011 on small_area_codes.small_area_code = names_of_2011.lsoa_2011_code
    where small_area_codes.vintage in ('2011', '2011 and 2021')

),

list_districts as (

    select
        'district' as geography_level,
        districts.district_code as area_code,
        districts.district_name as area_name,
        districts.edition as vintage,
        districts.district_code,
        districts.csp_code,
        districts.force_code,
        sum(list_small_areas_of_2021.usual_residents) as usual_residents
    from districts
    left join list_small_areas_of_2021 on districts.district_code = list_small_areas_of_2021.district_code
    group by
        districts.district_code,
        districts.district_name,
        districts.edition,
        districts.csp_code,
        districts.force_code

),

list_partnerships as (

    select
        'csp' as geography_level,
        districts.csp_code as area_code,
        districts.csp_name as area_name,
        districts.edition as vintage,
        cast(null as string) as district_code,
        districts.csp_code,
        districts.force_code,
        sum(list_districts.usual_residents) as usual_residents
    from districts
    inner join list_districts on districts.district_code = list_districts.area_code
    group by districts.csp_code, districts.csp_name, districts.edition, districts.force_code

),

list_forces as (

    select
        'force' as geography_level,
        districts.force_code as area_code,
        districts.force_name as area_name,
        districts.edition as vintage,
        cast(null as string) as district_code,
        cast(null as string) as csp_code,
        districts.force_code,
        sum(list_districts.usual_residents) as usual_residents
    from districts
    inner join list_districts on districts.district_code = list_districts.area_code
    group by districts.force_code, districts.force_name, districts.edition

),

list_levels as (

    select distinct
        geography_level,
        vintage
    from (
        select
            geography_level,
            vintage
        from list_forces
        union all
        select
            geography_level,
            vintage
        from list_partnerships
        union all
        select
            geography_level,
            vintage
        from list_districts
    ) as levels
    union all
    select
        'lsoa' as geography_level,
        2021 as vintage
    union all
    select
        'lsoa' as geography_level,
        2011 as vintage

),

list_unlocated as (

    select
        geography_level,
        'unlocated' as area_code,
        'Unlocated' as area_name,
        vintage,
        cast(null as string) as district_code,
        cast(null as string) as csp_code,
        cast(null as string) as force_code,
        cast(null as integer) as usual_residents
    from list_levels

),

unite_areas as (

    select * from list_forces
    union all
    select * from list_partnerships
    union all
    select * from list_districts
    union all
    select * from list_small_areas_of_2021
    union all
    select * from list_small_areas_of_2011
    union all
    select * from list_unlocated

),

name_areas as (

    select
        geography_level || ':' || area_code || ':' || cast(vintage as string) as area_id,
        geography_level,
        area_code,
        area_name,
        vintage,
        district_code,
        csp_code,
        force_code,
        cast(usual_residents as integer) as usual_residents
    from unite_areas

)

select * from name_areas
