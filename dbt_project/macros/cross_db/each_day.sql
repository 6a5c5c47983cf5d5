{#- Select of one column date_day: every day from `first_day` up to and without `end_day`, ISO texts. -#}
{% macro each_day(first_day, end_day) -%}
    {{ return(adapter.dispatch('each_day', 'vrp')(first_day, end_day)) }}
{%- endmacro %}

{% macro default__each_day(first_day, end_day) -%}
    select explode(sequence(date '{{ first_day }}', date '{{ end_day }}' - interval 1 day)) as date_day
{%- endmacro %}

{% macro duckdb__each_day(first_day, end_day) -%}
    select cast(range as date) as date_day
    from range(date '{{ first_day }}', date '{{ end_day }}', interval 1 day)
{%- endmacro %}
