{#- The number an agency gave a record, with #2 for the second thing it gave that number, #3 for the third. -#}
{% macro numbered_use(number) -%}
    ({{ number }}) || case when use_of_number > 1 then '#' || cast(use_of_number as string) else '' end
{%- endmacro %}
