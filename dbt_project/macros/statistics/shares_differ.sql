{#- Whether the shares of two independent counts differ beyond chance: by more than 1.96 standard errors of a difference,
    the share of both together standing for each, as if they were alike (z-test of two proportions). False where one
    has nothing to be a share of; two whole shares or two of nought are alike. -#}
{% macro shares_differ(part, whole, base_part, base_whole) -%}
    {%- set pooled = "1e0 * (" ~ part ~ " + " ~ base_part ~ ") / (" ~ whole ~ " + " ~ base_whole ~ ")" -%}
    coalesce(
        abs(1e0 * {{ part }} / {{ whole }} - 1e0 * {{ base_part }} / {{ base_whole }})
        > {{ normal_quantile() }} * sqrt(
            {{ pooled }} * (1e0 - {{ pooled }}) * (1e0 / {{ whole }} + 1e0 / {{ base_whole }})
        ),
        false
    )
{%- endmacro %}
