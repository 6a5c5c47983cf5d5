{#- The limits of each metric, one column per limit; null where the metric has none. -#}
{% macro completeness_limits(limits) -%}
    select
        {% for limit in limits -%}
            max(case when limit_id = '{{ limit }}' then limit_value end) as {{ limit }},
        {% endfor -%}
        metric_id
    from {{ ref('completeness_limits') }}
    group by metric_id
{%- endmacro %}
