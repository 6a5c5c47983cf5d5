{#- Months and years as text and number. A month is 'YYYY-MM'; a financial year runs from 1 April to 31 March
    and is written '2023-24'. -#}

{% macro month_of(date_column) -%}
    substr(cast({{ date_column }} as string), 1, 7)
{%- endmacro %}

{#- The calendar year in which the year of a month begins, where years begin with month number `first_month`. -#}
{% macro year_beginning(month_text, first_month) -%}
    cast(substr({{ month_text }}, 1, 4) as integer)
    - case when cast(substr({{ month_text }}, 6, 2) as integer) < {{ first_month }} then 1 else 0 end
{%- endmacro %}

{#- '2023-24' from the whole number 2023. -#}
{% macro financial_year_named(start_year) -%}
    cast({{ start_year }} as string)
    || '-' || substr(cast({{ start_year }} + 1 as string), 3, 2)
{%- endmacro %}

{% macro financial_year_of_month(month_text) -%}
    {{ financial_year_named('(' ~ year_beginning(month_text, 4) ~ ')') }}
{%- endmacro %}

{#- Whole months from an earlier month to a later one; negative where the second is the later. -#}
{% macro months_before(later, earlier) -%}
    (cast(substr({{ later }}, 1, 4) as integer) - cast(substr({{ earlier }}, 1, 4) as integer)) * 12
        + cast(substr({{ later }}, 6, 2) as integer) - cast(substr({{ earlier }}, 6, 2) as integer)
{%- endmacro %}

{#- '2020/21 - 22/23', as rates of several years are published, from the year in which the last of `years` begins. -#}
{% macro period_named(last_start, years) -%}
    cast({{ last_start }} - {{ years - 1 }} as string) || '/'
    || substr(cast({{ last_start }} - {{ years - 2 }} as string), 3, 2) || ' - '
    || substr(cast({{ last_start }} as string), 3, 2) || '/' || substr(cast({{ last_start }} + 1 as string), 3, 2)
{%- endmacro %}
