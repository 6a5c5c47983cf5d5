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

find_roles as (

    select
        *,
        force_code in (select list_csps.force_code from list_csps) as is_own,
        force_code in (select similar_forces.force_code from similar_forces) as is_similar,
        country = 'England' as is_english
    from forces

),

-- The forces, and within the partnership's the community safety partnerships, whose crimes each area sums.

list_members as (

    {% for comparator, geography_level, area_code, area_name, has_role in [
        ('own area', 'force', 'force_code', 'force_name', 'is_own'),
        ('similar force', 'force', 'force_code', 'force_name', 'is_similar'),
        ('most similar forces', 'group', "'most similar forces'", "'Most similar forces'", 'is_similar'),
        ('England', 'country', "'E92000001'", "'England'", 'is_english'),
    ] -%}
        select
            '{{ comparator }}' as comparator,
            '{{ geography_level }}' as geography_level,
            {{ area_code }} as area_code,
            {{ area_name }} as area_name,
            force_code,
            cast(null as string) as csp_name
        from find_roles
        where {{ has_role }}
        union all
    {% endfor -%}
    select
        'own area' as comparator,
        'csp' as geography_level,
        csp_code as area_code,
        csp_name as area_name,
        force_code,
        csp_name
    from list_csps

)

select * from list_members
