{#- District, small area and hexagon of a row by its place: `unlocated`, and no hexagon, outside the partnership. -#}
{% macro place_in_partnership(places) -%}
    coalesce(case when {{ places }}.is_in_partnership then {{ places }}.place_district_code end, 'unlocated')
            as district_code,
        coalesce(case when {{ places }}.is_in_partnership then {{ places }}.place_lsoa_2021_code end, 'unlocated')
            as lsoa_code,
        case when {{ places }}.is_in_partnership then {{ places }}.place_hexagon end as place_hexagon
{%- endmacro %}

{#- A coordinate of a point on the National Grid; null where either is under 100 m, as of 0, 0 also once it was coarsened
    to the middle of its square: that lies in the sea, and is written where there is no point. -#}
{% macro metres_in_britain(easting, northing, coordinate) -%}
    cast(case when {{ easting }} >= 100 and {{ northing }} >= 100 then {{ coordinate }} end as double)
{%- endmacro %}
