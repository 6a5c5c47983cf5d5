{#- Date and time of day as one timestamp. `time_text` is 'HH:MM:SS' or null (then midnight); null without a date.
    Plain casts, so that one text serves every engine: DuckDB alone could add a time to a date. -#}
{% macro timestamp_of(date_column, time_text) -%}
    cast(
        cast({{ date_column }} as string) || ' ' || coalesce({{ time_text }}, '00:00:00')
        as timestamp
    )
{%- endmacro %}
