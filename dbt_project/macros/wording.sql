{#- Figures as words in a statement. Per cent has one decimal place and a true minus sign. -#}

{% macro percent_in_words(column) -%}
    cast(cast(abs({{ column }}) as decimal(9, 1)) as string) || '%'
{%- endmacro %}

{% macro signed_percent_in_words(column) -%}
    case when {{ column }} > 0 then '+' when {{ column }} < 0 then '−' else '' end || {{ percent_in_words(column) }}
{%- endmacro %}
