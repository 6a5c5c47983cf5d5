{#- The crimes of partnerships that a force is named for. Crimes that a force names no partnership for stand as one more,
    which need not be there in every quarter. -#}
{% macro comparator_partnerships(crimes) -%}
    select
        *,
        cast(substr(financial_year, 1, 4) as integer) as start_year,
        not is_whole_force and coalesce(lower(csp_name) like 'unassigned%', true) as is_unassigned
    from {{ crimes }}
    where force_code is not null
{%- endmacro %}
