{#- The chance at which a difference counts as more than chance, of one test or, once adjusted, of a family of tests:
    docs/methods.md#small-numbers. -#}
{% macro significance_level() -%} 5e-2 {%- endmacro %}
