{#- Aggregate: the texts of a group joined by `separator`, in the order of `order_by`; null where all are null. -#}
{% macro joined_text(text, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text', 'vrp')(text, separator, order_by)) }}
{%- endmacro %}

{% macro default__joined_text(text, separator, order_by) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}

{% macro duckdb__joined_text(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}
