{#- Whether a time is midnight to the second. -#}
{% macro is_midnight(moment) -%}
    {{ moment }} = date_trunc('day', {{ moment }})
{%- endmacro %}

{#- The latest an event may have been. Of one whose time is told it is that time: the end beside it is when it was
    reported or the patient arrived. -#}
{% macro _latest(occurred_from, occurred_until, precision) -%}
    case when {{ precision }} = 'time' then {{ occurred_from }} else coalesce({{ occurred_until }}, {{ occurred_from }}) end
{%- endmacro %}

{#- The hour of an event by the clock of its day, so that the hour that comes twice when the clocks go back is one hour.
    Only a time, or two times at most an hour apart, tells it. -#}
{% macro known_hour(occurred_from, occurred_until, precision) -%}
    case
        when
            {{ precision }} in ('time', 'between two times')
            and {{ _latest(occurred_from, occurred_until, precision) }} <= {{ occurred_from }} + interval '1' hour
            then cast(extract(hour from {{ occurred_from }}) as integer)
    end
{%- endmacro %}

{#- night is 18:00 to 05:59, a half of the day; an event that may have begun in one half and ended in the other, or took
    half a day or more, is of unknown part. -#}
{% macro part_of_day(occurred_from, occurred_until, precision) -%}
    {%- set latest = '(' ~ _latest(occurred_from, occurred_until, precision) ~ ')' -%}
    case
        when {{ occurred_from }} is null or {{ precision }} not in ('time', 'between two times') then 'unknown'
        when
            {{ latest }} >= {{ occurred_from }} + interval '12' hour
            or {{ _is_night(occurred_from) }} <> {{ _is_night(latest) }}
            then 'unknown'
        when {{ _is_night(occurred_from) }} then 'night'
        else 'day'
    end
{%- endmacro %}

{% macro _is_night(moment) -%}
    (extract(hour from {{ moment }}) >= 18 or extract(hour from {{ moment }}) < 6)
{%- endmacro %}

{#- Whether a moment lies in the night of a Friday or Saturday, 18:00 to 05:59 of the next day; null where it is unknown. -#}
{% macro is_weekend_night(moment) -%}
    {{ _is_night(moment) }}
        and {{ iso_weekday('cast(' ~ moment ~ " - interval '6' hour as date)") }} in (5, 6)
{%- endmacro %}
