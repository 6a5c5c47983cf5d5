{#- A directly standardised rate and its 95 % limits, as aggregates over the bands of age. Shapes: `events` and
    `residents` of one band, `weight` its people in the standard population; results are for one person, so 4e-4 is 40
    per 100,000. The limits are those of the count of all events, stretched by the variance of the weighted rate
    ([Dobson 1991], as [Fingertips 2026] prescribes): Byar's from 10 events, exact below. -#}
{% macro standardised_rate(events, residents, weight) -%}
    sum({{ weight }} * 1e0 * {{ events }} / {{ residents }}) / sum({{ weight }})
{%- endmacro %}

{% macro standardised_lower(events, residents, weight) -%}
    {{ _dobson_limit(events, residents, weight, poisson_lower('sum(' ~ events ~ ')')) }}
{%- endmacro %}

{% macro standardised_upper(events, residents, weight) -%}
    {{ _dobson_limit(events, residents, weight, poisson_upper('sum(' ~ events ~ ')')) }}
{%- endmacro %}

{% macro _dobson_limit(events, residents, weight, limit_of_count) -%}
    {{ standardised_rate(events, residents, weight) }}
    + sqrt(
        sum({{ weight }} * 1e0 * {{ weight }} * {{ events }} / {{ residents }} / {{ residents }})
        / nullif(sum({{ events }}), 0)
    ) / sum({{ weight }}) * (({{ limit_of_count }}) - sum({{ events }}))
{%- endmacro %}
