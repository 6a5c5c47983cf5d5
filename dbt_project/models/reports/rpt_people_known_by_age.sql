{#- M6 as it may be published: people by age alone, and how many of them several agencies know. -#}
{%- set bands_of = {
    'all': ['0-9', '10-17', '18-24', '25 and over', 'unknown'],
    'under 25': ['0-9', '10-17', '18-24'],
    'under 18': ['0-9', '10-17'],
    'unknown': ['unknown']
} -%}
with people_known as (

    select * from {{ ref('rpt_people_known') }}

),

people_years as (

    select * from {{ ref('int_people_years') }}

),

definitions as (

    select * from {{ ref('dim_definition') }}
    where definition_id = 'PEOPLE_KNOWN' and is_current

),

list_age_groups as (

    {% for age_group, bands in bands_of.items() -%}
        {% set outer_loop = loop -%}
        {% for band in bands -%}
            select '{{ age_group }}' as age_group, '{{ band }}' as age_band
            {% if not (loop.last and outer_loop.last) %}union all{% endif %}
        {% endfor -%}
    {% endfor -%}

),

count_people as (

    select
        people_years.financial_year,
        list_age_groups.age_group,
        coalesce(sum(people_known.people), 0) as people,
        coalesce(sum(case when people_known.agencies > 1 then people_known.people end), 0)
            as people_of_several_agencies
    from people_years
    cross join list_age_groups
    left join people_known
        on
            people_years.financial_year = people_known.financial_year
            and list_age_groups.age_band = people_known.age_band
    group by people_years.financial_year, list_age_groups.age_group

),

shape_counts as (

    select
        count_people.financial_year,
        count_people.age_group,
        cast(case when people_years.is_complete then count_people.people end as integer) as people,
        cast(case when people_years.is_complete then count_people.people_of_several_agencies end as integer)
            as people_of_several_agencies,
        people_years.is_complete,
        people_years.statement,
        definitions.definition_version
    from count_people
    inner join people_years on count_people.financial_year = people_years.financial_year
    cross join definitions

)

select * from shape_counts
