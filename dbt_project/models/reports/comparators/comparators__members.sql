with forces as (

    select * from {{ ref('police_forces') }}

),

similar_forces as (

    select * from {{ ref('most_similar_forces') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

list_csps as (

    select distinct
        csp_code,
        csp_name,
        force_code
    from districts

),

list_members as (

    -- The forces, and within the partnership's the community safety partnerships, whose crimes each area sums.
    select
        'own area' as comparator,
        'force' as geography_level,
        forces.force_code as area_code,
        forces.force_name as area_name,
        forces.force_code,
        cast(null as string) as csp_name
    from forces
    where forces.force_code in (select list_csps.force_code from list_csps)
    union all
    select
        'own area' as comparator,
        'csp' as geography_level,
        csp_code as area_code,
        csp_name as area_name,
        force_code,
        csp_name
    from list_csps
    union all
    select
        'similar force' as comparator,
        'force' as geography_level,
        forces.force_code as area_code,
        forces.force_name as area_name,
        forces.force_code,
        cast(null as string) as csp_name
    from forces
    where forces.force_code in (select similar_forces.force_code from similar_forces)
    union all
    select
        'most similar forces' as comparator,
        'group' as geography_level,
        'most similar forces' as area_code,
        'Most similar forces' as area_name,
        forces.force_code,
        cast(null as string) as csp_name
    from forces
    where forces.force_code in (select similar_forces.force_code from similar_forces)
    union all
    select
        'England' as comparator,
        'country' as geography_level,
        'E92000001' as area_code,
        'England' as area_name,
        force_code,
        cast(null as string) as csp_name
    from forces
    where country = 'England'

)

select * from list_members
