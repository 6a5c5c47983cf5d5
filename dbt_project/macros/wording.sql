{#- Figures as words in a statement. Per cent has one decimal place and a true minus sign. -#}

{% macro percent_in_words(column) -%}
    cast(cast(abs({{ column }}) as decimal(9, 1)) as string) || '%'
{%- endmacro %}

{% macro signed_percent_in_words(column) -%}
    case when {{ column }} > 0 then '+' when {{ column }} < 0 then '−' else '' end || {{ percent_in_words(column) }}
{%- endmacro %}

{#- Name of a police force as publishers write it, with what they write differently taken out. -#}
{% macro force_name_alike(name) -%}
    {%- set blanks = "replace(replace(replace(lower(" ~ name ~ "), '&', ' and '), '-', ' '), chr(9), ' ')" -%}
    trim(replace(replace(replace(replace(replace(
        {{ blanks }}, '  ', ' '), '  ', ' '), '  ', ' '), ' police service', ''), ' police', ''))
{%- endmacro %}
