{#- Day of the week of a date, Monday 1 to Sunday 7. -#}
{% macro iso_weekday(date_column) -%}
    {{ return(adapter.dispatch('iso_weekday', 'vrp')(date_column)) }}
{%- endmacro %}

{% macro default__iso_weekday(date_column) -%}
    weekday({{ date_column }}) + 1
{%- endmacro %}

{% macro duckdb__iso_weekday(date_column) -%}
    cast(isodow({{ date_column }}) as integer)
{%- endmacro %}
