{#- The upper tail of the standard normal distribution, P(Z > z), to a part in 10^8 of its own size, so that tiny values
    can be ranked: Hart's rational function, and a continued fraction beyond it, as [West 2005] prints them. -#}
{% macro normal_upper_tail(z) -%}
    {%- set size = 'abs(' ~ z ~ ')' -%}
    {%- set above = [
        '3.52624965998911e-2', '0.700383064443688e0', '6.37396220353165e0', '33.912866078383e0', '112.079291497871e0',
        '221.213596169931e0', '220.206867912376e0'
    ] -%}
    {%- set below = [
        '8.83883476483184e-2', '1.75566716318264e0', '16.064177579207e0', '86.7807322029461e0', '296.564248779674e0',
        '637.333633378831e0', '793.826512519948e0', '440.413735824752e0'
    ] -%}
    {%- set tail -%}
        (
            case
                when {{ size }} < 7.07106781186547e0
                    then exp(-{{ z }} * {{ z }} / 2e0) * {{ _polynomial(above, size) }} / {{ _polynomial(below, size) }}
                else
                    exp(-{{ z }} * {{ z }} / 2e0) / sqrt(2e0 * pi()) / (
                        {{ size }} + 1e0 / (
                            {{ size }} + 2e0 / ({{ size }} + 3e0 / ({{ size }} + 4e0 / ({{ size }} + 0.65e0)))
                        )
                    )
            end
        )
    {%- endset -%}
    case when {{ z }} >= 0e0 then {{ tail }} else 1e0 - {{ tail }} end
{%- endmacro %}

{#- Coefficients from the highest power down, at a place, by Horner's rule. -#}
{% macro _polynomial(coefficients, place) -%}
    {{ '(' * (coefficients | length - 1) }}{{ coefficients[0] }}
    {%- for coefficient in coefficients[1:] %} * {{ place }} + {{ coefficient }}){% endfor %}
{%- endmacro %}

{#- The p-value adjusted for false discoveries among all rows that have one ([Benjamini and Hochberg 1995]): of those
    under 0.05 one in twenty is expected to be called by chance. `ascending` is the number of the row by its p-value,
    `tests` the number of rows that have one; `partition` names the columns that tell families of tests apart. -#}
{% macro false_discovery_p_value(p_value, ascending, partition=none, tests='tests') -%}
    least(
        1e0,
        min({{ p_value }} * {{ tests }} / {{ ascending }}) over (
            {{ 'partition by ' ~ partition if partition }}
            order by {{ p_value }} desc
            range between unbounded preceding and current row
        )
    )
{%- endmacro %}
