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

{#- What a metric may have to count and cannot class, and why: offences of children by their severity, events by who was
    present, admissions by their method, crimes by code. -#}
{% macro what_cannot_be_classed(metric_id) -%}
    case {{ metric_id }}
        when 'M2' then ' admissions' when 'M2b' then ' admissions' when 'M7b' then ' offences' when 'M9' then ' events'
        else ' crimes'
    end
{%- endmacro %}

{% macro why_it_cannot_be_classed(metric_id) -%}
    case
        when {{ metric_id }} = 'M7b' then ' have no severity on the scale of the Youth Justice Board and could belong here'
        when {{ metric_id }} in ('M2', 'M2b') then ' have no known method of admission and could belong here'
        when {{ metric_id }} = 'M9'
            then ' have no number of staff present and could belong here'
        else ' have an offence code that is not known and could belong here'
    end
{%- endmacro %}
