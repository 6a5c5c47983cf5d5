{#-
    Equal-area hexagons on the British National Grid, 150 m a side (5.85 ha), one corner to the north. Plain arithmetic,
    the same on every engine: H3 cells are not of equal area, and need an extension. A hexagon is named by its two axial
    coordinates, `1000:400`; its middle lies at easting 150 √3 (across + up / 2) and northing 225 up.
-#}
{% macro hexagon_side() %}150e0{% endmacro %}

{#- Two columns, the place on both axes as fractions: `across` and `up`. -#}
{% macro hexagon_axes(easting, northing) -%}
    (sqrt(3e0) * {{ easting }} - {{ northing }}) / (3e0 * {{ hexagon_side() }}) as across,
    2e0 * {{ northing }} / (3e0 * {{ hexagon_side() }}) as up
{%- endmacro %}

{#-
    The hexagon in which a place lies, of which `across` and `up` give the fractions. All three axes add up to zero; the
    one that rounding moved furthest follows from the other two.
-#}
{% macro hexagon_at(across, up) -%}
    {%- set third = '(-' ~ across ~ ' - ' ~ up ~ ')' -%}
    {%- set moved = {} -%}
    {%- for name, axis in [('across', across), ('up', up), ('third', third)] -%}
        {%- do moved.update({name: 'abs(round(' ~ axis ~ ') - ' ~ axis ~ ')'}) -%}
    {%- endfor -%}
    case
        when {{ moved.across }} > {{ moved.up }} and {{ moved.across }} > {{ moved.third }}
            then cast(cast(-round({{ up }}) - round({{ third }}) as integer) as string)
        else cast(cast(round({{ across }}) as integer) as string)
    end
    || ':'
    || case
        when {{ moved.across }} > {{ moved.up }} and {{ moved.across }} > {{ moved.third }}
            then cast(cast(round({{ up }}) as integer) as string)
        when {{ moved.up }} > {{ moved.third }}
            then cast(cast(-round({{ across }}) - round({{ third }}) as integer) as string)
        else cast(cast(round({{ up }}) as integer) as string)
    end
{%- endmacro %}
