with definitions as (

    select * from {{ ref('definitions') }}

),

find_newest_versions as (

    select
        definition_id,
        max(version) as version
    from definitions
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
