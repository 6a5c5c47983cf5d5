{#- 95 % interval of the change between two yearly counts, in plain SQL. Shapes: `current` and `base` are counts
    of one year each (numbers, base above 0); results are per cent, not rounded: -4.8 is a fall of 4.8 %.

    Counts are read as Poisson, or more widely scattered, about an underlying rate: the interval tells how far
    the two rates may differ, it is not a sampling error. Two closed forms:

    quasi-Poisson, where the smaller count is 100 or more: the year effect of the log-linear model
        count ~ year + month with dispersion phi. The model is saturated in the months, so its coefficient is
        ln(current / base) with variance phi * (1/current + 1/base), on 24 - 13 = 11 degrees of freedom.
        phi is Pearson X2 / 11 of the table of 12 months by 2 years against its margins, and at least 1:
        [McCullagh and Nelder 1989], sections 4.5 and 6.2.3.
    conditional score, below 100: given the sum, the current count is binomial; Wilson's score interval
        ([Wilson 1927]) of the share p, carried over by p / (1 - p), is the ratio's interval. Its variance is multiplied
        by the dispersion phi, and phi is estimated, which puts t * sqrt(phi) in the place of z: with z the interval
        missed a rate that had not changed in 7 to 9 % of years of 85 events that scatter by 2 to 3 times.

    The limit of 100 is a choice: there the normal approximation of the log ratio is off by less than the
    dispersion makes it wider. -#}

{#- Below this base no percentage is given: docs/methods.md#small-numbers. -#}
{% macro smallest_base() -%} 50 {%- endmacro %}

{#- Student's t, 97.5 %, 11 degrees of freedom. -#}
{% macro student_t_11() -%} 2.200985160082949e0 {%- endmacro %}

{#- Standard normal, 97.5 %. -#}
{% macro normal_quantile() -%} 1.959963984540054e0 {%- endmacro %}

{#- Aggregate over the 12 pairs of months: phi, at least 1. Brandt and Snedecor's form of Pearson's X2; a month
    without a single event in both years adds nothing. Null where a margin is empty. -#}
{% macro dispersion(current_month, base_month) -%}
    greatest(
            1e0,
            (
                sum({{ current_month }} * {{ current_month }} * 1e0
                    / nullif({{ current_month }} + {{ base_month }}, 0))
                - sum({{ current_month }}) * sum({{ current_month }}) * 1e0
                / nullif(sum({{ current_month }} + {{ base_month }}), 0)
            )
            / nullif(
                sum({{ current_month }}) * 1e0 * sum({{ base_month }})
                / nullif(sum({{ current_month }} + {{ base_month }}), 0)
                / nullif(sum({{ current_month }} + {{ base_month }}), 0),
                0
            )
            / 11e0
        )
{%- endmacro %}

{% macro interval_method(current, base) -%}
    case when least({{ current }}, {{ base }}) >= 100 then 'quasi-Poisson' else 'conditional score' end
{%- endmacro %}

{% macro change_percent(current, base) -%}
    100e0 * ({{ current }} - {{ base }}) / {{ base }}
{%- endmacro %}

{% macro change_lower(current, base, dispersion) -%}
    {{ _change_limit(current, base, dispersion, '-') }}
{%- endmacro %}

{% macro change_upper(current, base, dispersion) -%}
    {{ _change_limit(current, base, dispersion, '+') }}
{%- endmacro %}

{% macro _change_limit(current, base, dispersion, sign) -%}
    case
            when least({{ current }}, {{ base }}) >= 100
                then 100e0 * (exp(
                    ln({{ current }} * 1e0 / {{ base }})
                    {{ sign }} {{ student_t_11() }} * sqrt({{ dispersion }} * (1e0 / {{ current }} + 1e0 / {{ base }}))
                ) - 1e0)
            else 100e0 * (
                {{ _wilson_limit(current, base, dispersion, sign) }}
                / (1e0 - {{ _wilson_limit(current, base, dispersion, sign) }}) - 1e0
            )
        end
{%- endmacro %}

{#- Limit of the share current / (current + base). -#}
{% macro _wilson_limit(current, base, dispersion, sign) -%}
    {%- set t = student_t_11() -%}
    {%- set scaled = t ~ ' * ' ~ t ~ ' * coalesce(' ~ dispersion ~ ', 1e0)' -%}
    (
        ({{ current }} + {{ scaled }} / 2e0
            {{ sign }} sqrt({{ scaled }}) * sqrt(
                {{ current }} * 1e0 * {{ base }} / ({{ current }} + {{ base }}) + {{ scaled }} / 4e0
            )
        ) / ({{ current }} + {{ base }} + {{ scaled }})
    )
{%- endmacro %}

{#- Two-sided p-value of no change, for a test that takes several changes together: the statistics behind the two
    intervals, both on Student's t with the 11 degrees of freedom of the dispersion, whose distribution function is
    closed for odd degrees of freedom: [Abramowitz and Stegun 1964], 26.7.3. -#}
{% macro change_p_value(current, base, dispersion) -%}
    {{ _student_p_value_11(
        'case when least(' ~ current ~ ', ' ~ base ~ ') >= 100 then abs(ln(' ~ current ~ ' * 1e0 / ' ~ base
        ~ ')) / sqrt(' ~ dispersion ~ ' * (1e0 / ' ~ current ~ ' + 1e0 / ' ~ base ~ ')) else abs(' ~ current ~ ' - '
        ~ base ~ ') / sqrt(coalesce(' ~ dispersion ~ ', 1e0) * (' ~ current ~ ' + ' ~ base ~ ')) end'
    ) }}
{%- endmacro %}

{% macro _student_p_value_11(statistic) -%}
    {%- set angle = 'atan((' ~ statistic ~ ') / sqrt(11e0))' -%}
    {%- set squared = 'power(cos(' ~ angle ~ '), 2)' -%}
    (
        1e0 - 2e0 / pi() * (
            {{ angle }} + sin({{ angle }}) * cos({{ angle }}) * (
                1e0 + {{ squared }} * (
                    2e0 / 3e0 + {{ squared }} * (
                        8e0 / 15e0 + {{ squared }} * (16e0 / 35e0 + {{ squared }} * 128e0 / 315e0)
                    )
                )
            )
        )
    )
{%- endmacro %}
