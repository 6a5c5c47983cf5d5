{#- 95 % limits of the expected count behind a count that is read as Poisson. Up to 9 the exact limits of
    [Garwood 1936], which are quantiles of chi-square (2 * count and 2 * count + 2 degrees of freedom) and stand here as
    numbers; from 10 on Byar's approximation ([Fingertips 2026]). Divided by the residents they are those of a rate. -#}
{% macro poisson_lower(count) -%}
    {%- set exact = [
        '0e0', '0.0253178079842899e0', '0.242209278543965e0', '0.618672122895601e0', '1.08986537362632e0',
        '1.62348639011842e0', '2.20189425349085e0', '2.81436305151987e0', '3.4538321767485e0', '4.11537309737833e0'
    ] -%}
    case
            {% for limit in exact -%}
                when {{ count }} = {{ loop.index0 }} then {{ limit }}
            {% endfor -%}
            else {{ count }} * power(
                1e0 - 1e0 / (9e0 * {{ count }}) - {{ normal_quantile() }} / (3e0 * sqrt({{ count }} * 1e0)), 3
            )
        end
{%- endmacro %}

{% macro poisson_upper(count) -%}
    {%- set exact = [
        '3.68887945411394e0', '5.5716433909389e0', '7.22468766772396e0', '8.76727306974232e0', '10.2415886754037e0',
        '11.6683320793227e0', '13.0594740225187e0', '14.4226753617024e0', '15.7631892201933e0', '17.0848034514192e0'
    ] -%}
    case
            {% for limit in exact -%}
                when {{ count }} = {{ loop.index0 }} then {{ limit }}
            {% endfor -%}
            else ({{ count }} + 1e0) * power(
                1e0 - 1e0 / (9e0 * ({{ count }} + 1e0)) + {{ normal_quantile() }} / (3e0 * sqrt({{ count }} + 1e0)), 3
            )
        end
{%- endmacro %}
