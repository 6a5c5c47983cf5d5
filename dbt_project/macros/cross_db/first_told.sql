{#- The first value of a column that is not null, as an aggregate over rows in the order of `order_column`. -#}
{% macro first_told(column, order_column) -%}
    {{ return(adapter.dispatch('first_told', 'vrp')(column, order_column)) }}
{%- endmacro %}

{% macro default__first_told(column, order_column) -%}
    min_by({{ column }}, case when {{ column }} is not null then {{ order_column }} end)
{%- endmacro %}

{#- Rows in which either is null count for neither. -#}
{% macro duckdb__first_told(column, order_column) -%}
    arg_min({{ column }}, {{ order_column }})
{%- endmacro %}
