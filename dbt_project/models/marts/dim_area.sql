with read_districts as (

    select * from {{ ref('partnership_districts') }}

),

read_small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

read_changes as (

    select * from {{ ref('stg_reference__small_area_changes') }}

),

read_residents as (

    select
        lsoa_code,
        max(usual_residents) as usual_residents
    from {{ ref('stg_reference__census_population') }}
    group by lsoa_code

),

find_newest_editions as (

    select
        (select max(edition) from read_small_areas) as small_areas_edition,
        (select max(edition) from read_changes) as changes_edition

),

list_small_areas_of_2021 as (

    select
        'lsoa' as geography_level,
        read_small_areas.lsoa_code as area_code,
        read_small_areas.lsoa_name as area_name,
        2021 as vintage,
        read_districts.district_code,
        read_districts.csp_code,
        read_districts.force_code,
        read_residents.usual_residents
    from read_small_areas
    inner join find_newest_editions on read_small_areas.edition = find_newest_editions.small_areas_edition
    inner join read_districts on read_small_areas.district_code = read_districts.district_code
    left join read_residents on read_small_areas.lsoa_code = read_residents.lsoa_code

),

list_small_areas_of_2011 as (

    select distinct
        'lsoa' as geography_level,
        read_changes.lsoa_2011_code as area_code,
        read_changes.lsoa_2011_name as area_name,
        2011 as vintage,
        read_districts.district_code,
        read_districts.csp_code,
        read_districts.force_code,
        cast(null as integer) as usual_residents
    from read_changes
    inner join find_newest_editions on read_changes.edition = find_newest_editions.changes_edition
    inner join read_districts on read_changes.district_code = read_districts.district_code

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
