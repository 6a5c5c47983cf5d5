{#- Whether two rows are of one series: one metric, area, and category of a breakdown. -#}
{% macro same_series(one, other) -%}
    {{ one }}.metric_id = {{ other }}.metric_id
    and {{ one }}.geography_level = {{ other }}.geography_level
    and {{ one }}.area_code = {{ other }}.area_code
    and {{ one }}.breakdown = {{ other }}.breakdown
    and {{ one }}.category = {{ other }}.category
{%- endmacro %}
