{#- The two axial coordinates of a hexagon out of its name. -#}
{% macro hexagon_across(hexagon) -%}
    cast(split_part({{ hexagon }}, ':', 1) as integer)
{%- endmacro %}

{% macro hexagon_up(hexagon) -%}
    cast(split_part({{ hexagon }}, ':', 2) as integer)
{%- endmacro %}

{#- Select of each row of `relation`, which has `across` and `up`, once for each hexagon at most `rings` away from its
    own, itself among them: `columns`, near_across, near_up and rings_away. One ring is the six neighbours. It is a union
    and no join with a list of steps, out of which DuckDB made the product of all hexagons (250 s instead of 0.2). -#}
{% macro hexagons_near(relation, columns, rings) -%}
    {%- set selects = [] -%}
    {%- for across in range(-rings, rings + 1) -%}
        {%- for up in range(-rings, rings + 1) -%}
            {%- set distance = ((across | abs) + (up | abs) + ((across + up) | abs)) // 2 -%}
            {%- if distance <= rings -%}
                {%- do selects.append(
                    'select ' ~ columns | join(', ') ~ ', across + (' ~ across ~ ') as near_across, up + (' ~ up
                    ~ ') as near_up, ' ~ distance ~ ' as rings_away from ' ~ relation
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ selects | join('\n    union all ') }}
{%- endmacro %}
