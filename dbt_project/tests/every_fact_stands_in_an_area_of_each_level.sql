{#- Sums over the areas of a level equal the total: each fact's small area and district, or unlocated, is a row of
    dim_area at its own level and vintage, so that an inner join loses nothing. -#}
{%- set facts = [
    'fct_serious_violence_incidents', 'fct_street_crimes_monthly', 'fct_events', 'fct_antisocial_behaviour',
    'fct_stop_and_searches'
] -%}

with areas as (

    select * from {{ ref('dim_area') }}

),

list_areas_of_facts as (

    {% for fact in facts -%}
        select distinct
            '{{ fact }}' as fact,
            'lsoa' as geography_level,
            lsoa_code as area_code
        from {{ ref(fact) }}
        union all
        select distinct
            '{{ fact }}' as fact,
            'district' as geography_level,
            district_code as area_code
        from {{ ref(fact) }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select list_areas_of_facts.*
from list_areas_of_facts
left join areas
    on
        list_areas_of_facts.geography_level = areas.geography_level
        and list_areas_of_facts.area_code = areas.area_code
        and (areas.geography_level <> 'lsoa' or areas.vintage = 2021)
where areas.area_id is null
