{#- Whether crimes under codes that no list knows could change a count by more than the `limits` of its metric allow. -#}
{% macro too_many_unknown_codes(unknown_code_rows, counted) -%}
    ({{ counted }} = 0 and {{ unknown_code_rows }} > 0)
    or (
        {{ unknown_code_rows }} >= limits.fewest_unknown_code_rows
        and 1e2 * {{ unknown_code_rows }} > limits.unknown_code_percent * {{ counted }}
    )
{%- endmacro %}

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
