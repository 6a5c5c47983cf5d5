{#- The p-value of a test among the others of its family, by Holm's step-down method ([Holm 1979]). A row has its
    `p_value`, its `place` in the family by that, and how many `comparisons` the family has. -#}
{% macro holm(family) -%}
    least(
        1e0,
        max(p_value * (comparisons - place + 1)) over (
            partition by {{ family }}
            order by place
            rows between unbounded preceding and current row
        )
    )
{%- endmacro %}
