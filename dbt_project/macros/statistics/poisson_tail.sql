{#- P(X >= count) where X is Poisson about `expected`: exact up to a count of 2, above it by the cube root of
    [Wilson and Hilferty 1931], on which Byar's interval rests, within 0.0022 of the exact tail. -#}
{% macro poisson_upper_tail(count, expected) -%}
    case
        when {{ count }} = 0 then 1e0
        when {{ count }} = 1 then 1e0 - exp(-{{ expected }})
        when {{ count }} = 2 then 1e0 - exp(-{{ expected }}) * (1e0 + {{ expected }})
        else {{ normal_upper_tail(
            '(3e0 * sqrt(' ~ count ~ ' * 1e0) * (1e0 - 1e0 / (9e0 * ' ~ count ~ ') - cbrt(' ~ expected ~ ' / ' ~ count
            ~ ')))'
        ) }}
    end
{%- endmacro %}
