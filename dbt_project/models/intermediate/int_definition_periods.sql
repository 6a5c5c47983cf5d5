{#- A month is counted by the version that is in force in it. Where a bridge says that older crimes may be counted anew
    by a newer version, that version reaches back: so both years of a comparison stand under one version or there is
    none. A definition younger than the month counts it too: nothing older ever did otherwise. -#}
with definitions as (

    select * from {{ ref('definitions') }}

),

bridges as (

    select * from {{ ref('definition_bridges') }}

),

list_starts as (

    select distinct effective_from as starts_on
    from definitions

),

order_starts as (

    select
        starts_on,
        row_number() over (order by starts_on) as number_of_period,
        lead(starts_on) over (order by starts_on) as next_starts_on
    from list_starts

),

find_versions_in_force as (

    select
        order_starts.number_of_period,
        order_starts.starts_on,
        order_starts.next_starts_on,
        definitions.definition_id,
        coalesce(
            max(case when definitions.effective_from <= order_starts.starts_on then definitions.version end),
            min(definitions.version)
        ) as version_in_force
    from order_starts
    cross join definitions
    group by
        order_starts.number_of_period,
        order_starts.starts_on,
        order_starts.next_starts_on,
        definitions.definition_id

),

cross_bridges as (

    select
        in_force.number_of_period,
        in_force.starts_on,
        in_force.next_starts_on,
        in_force.definition_id,
        in_force.version_in_force,
        coalesce(max(bridges.to_version), in_force.version_in_force) as version
    from find_versions_in_force as in_force
    left join bridges
        on
            in_force.definition_id = bridges.definition_id
            and in_force.version_in_force = bridges.from_version
    group by
        in_force.number_of_period,
        in_force.starts_on,
        in_force.next_starts_on,
        in_force.definition_id,
        in_force.version_in_force

),

name_versions as (

    select
        definition_id,
        version,
        definition_id || ' v' || cast(version as string) as definition_version,
        version <> version_in_force as is_bridged,
        case when number_of_period = 1 then date '1900-01-01' else starts_on end as valid_from,
        coalesce(next_starts_on, date '9999-12-31') as valid_before
    from cross_bridges

)

select * from name_versions
