{#- A funnel of areas against the rate of all of them ([Spiegelhalter 2005]). Shapes: counts and the counts expected at
    the common rate, numbers above 0 where expected; limits are counts.

    Standardised: twice the difference of the square roots, which has variance 1 for a Poisson count. Areas scatter more
    widely than by chance for reasons nobody measured, so the variance is multiplied by `phi`: the mean square of the
    standardised differences after a tenth of them at either end is drawn in to the next (winsorised), at least 1. -#}
{% macro funnel_z(count, expected) -%}
    2e0 * (sqrt({{ count }} * 1e0) - sqrt({{ expected }}))
{%- endmacro %}

{% macro funnel_limit(expected, phi, sign) -%}
    power(greatest(0e0, sqrt({{ expected }}) {{ sign }} {{ normal_quantile() }} * sqrt({{ phi }}) / 2e0), 2)
{%- endmacro %}
