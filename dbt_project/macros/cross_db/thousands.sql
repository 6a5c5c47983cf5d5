{#- A whole number as text with a comma at the thousands: 12345 becomes 12,345. -#}
{% macro thousands(number) -%}
    {{ return(adapter.dispatch('thousands', 'vrp')(number)) }}
{%- endmacro %}

{% macro default__thousands(number) -%}
    format_number({{ number }}, 0)
{%- endmacro %}

{% macro duckdb__thousands(number) -%}
    format('{:,}', cast({{ number }} as bigint))
{%- endmacro %}
