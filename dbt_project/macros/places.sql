{#- District, small area and hexagon of a row by its place: `unlocated`, and no hexagon, outside the partnership. -#}
{% macro place_in_partnership(places) -%}
    coalesce(case when {{ places }}.is_in_partnership then {{ places }}.place_district_code end, 'unlocated')
            as district_code,
        coalesce(case when {{ places }}.is_in_partnership then {{ places }}.place_lsoa_2021_code end, 'unlocated')
            as lsoa_code,
        case when {{ places }}.is_in_partnership then {{ places }}.place_hexagon end as place_hexagon
{%- endmacro %}
