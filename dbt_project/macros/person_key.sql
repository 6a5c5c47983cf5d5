{#- A person as one agency knows them, spelt as the linkage spells it (ingest/identities.py): null where any part is. -#}
{% macro person_key(kind, columns) -%}
    '{{ kind }}|' || {{ columns | join(" || '|' || ") }}
{%- endmacro %}
