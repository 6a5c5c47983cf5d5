with read_definitions as (

    select * from {{ ref('definitions') }}

),

find_newest_versions as (

    select
        definition_id,
        max(version) as version
    from read_definitions
    group by definition_id

),

name_versions as (

    select
        definition_id,
        version,
        definition_id || ' v' || cast(version as string) as definition_version
    from find_newest_versions

)

select * from name_versions
