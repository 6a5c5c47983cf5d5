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

{#- The order in which the records of an incident tell its district: a default place comes after any other and before
    none, and the force comes before health. Both counts of M12 place incidents by it. -#}
{% macro best_placed_first() -%}
    case when district_code = 'unlocated' then 2 when is_default_place then 1 else 0 end,
    case agency when 'police' then 1 when 'health' then 2 else 3 end,
    event_record_id
{%- endmacro %}
