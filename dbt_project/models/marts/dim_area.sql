with read_districts as (

    select * from {{ ref('partnership_districts') }}

),

read_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

read_small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

read_names_of_2011 as (

    select
        lsoa_2011_code,
        max(lsoa_2011_name) as lsoa_2011_name
    from {{ ref('int_small_area_pairs') }}
    group by lsoa_2011_code

),

read_residents as (

    select
        lsoa_code,
        max(usual_residents) as usual_residents
    from {{ ref('stg_reference__census_population') }}
    group by lsoa_code

),

find_newest_edition as (

    select max(edition) as edition from read_small_areas

),

take_newest_names as (

    select
        read_small_areas.lsoa_code,
        read_small_areas.lsoa_name
    from read_small_areas
    inner join find_newest_edition on read_small_areas.edition = find_newest_edition.edition

),

list_small_areas_of_2021 as (

    select
        'lsoa' as geography_level,
        read_codes.small_area_code as area_code,
        coalesce(take_newest_names.lsoa_name, read_codes.small_area_code) as area_name,
        2021 as vintage,
        read_districts.district_code,
        read_districts.csp_code,
        read_districts.force_code,
        read_residents.usual_residents
    from read_codes
    inner join read_districts on read_codes.district_code = read_districts.district_code
    left join take_newest_names on read_codes.small_area_code = take_newest_names.lsoa_code
    left join read_residents on read_codes.small_area_code = read_residents.lsoa_code
    where read_codes.vintage in ('2021', '2011 and 2021')

),

list_small_areas_of_2011 as (

    select
        'lsoa' as geography_level,
        read_codes.small_area_code as area_code,
        read_names_of_2011.lsoa_2011_name as area_name,
        2011 as vintage,
        read_districts.district_code,
        read_districts.csp_code,
        read_districts.force_code,
        cast(null as integer) as usual_residents
    from read_codes
    inner join read_districts on read_codes.district_code = read_districts.district_code
    left join read_names_of_2011 on read_codes.small_area_code = read_names_of_2011.lsoa_2011_code
    where read_codes.vintage in ('2011', '2011 and 2021')

),

list_districts as (

    select
        'district' as geography_level,
        read_districts.district_code as area_code,
        read_districts.district_name as area_name,
        read_districts.edition as vintage,
        read_districts.district_code,
        read_districts.csp_code,
        read_districts.force_code,
        sum(list_small_areas_of_2021.usual_residents) as usual_residents
    from read_districts
    left join list_small_areas_of_2021 on read_districts.district_code = list_small_areas_of_2021.district_code
    group by
        read_districts.district_code,
        read_districts.district_name,
        read_districts.edition,
        read_districts.csp_code,
        read_districts.force_code

),

list_partnerships as (

    select
        'csp' as geography_level,
        read_districts.csp_code as area_code,
        read_districts.csp_name as area_name,
        read_districts.edition as vintage,
        cast(null as string) as district_code,
        read_districts.csp_code,
        read_districts.force_code,
        sum(list_districts.usual_residents) as usual_residents
    from read_districts
    inner join list_districts on read_districts.district_code = list_districts.area_code
    group by read_districts.csp_code, read_districts.csp_name, read_districts.edition, read_districts.force_code

),

list_forces as (

    select
        'force' as geography_level,
        read_districts.force_code as area_code,
        read_districts.force_name as area_name,
        read_districts.edition as vintage,
        cast(null as string) as district_code,
        cast(null as string) as csp_code,
        read_districts.force_code,
        sum(list_districts.usual_residents) as usual_residents
    from read_districts
    inner join list_districts on read_districts.district_code = list_districts.area_code
    group by read_districts.force_code, read_districts.force_name, read_districts.edition

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
order by area_id
