{#- Whole days from one date to another; negative where the second is the earlier. -#}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'vrp')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    ({{ later }} - {{ earlier }})
{%- endmacro %}
