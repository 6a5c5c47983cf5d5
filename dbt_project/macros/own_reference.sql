{#
  A reference that an agency gives to one event: null for what is typed where there is none. A text without any digit but
  nought (N/A, UNKNOWN, 0, 000), or of one digit four times or more (9999), is the reference of nothing: as a reference it
  would make one incident of all that carry it.
#}
{% macro own_reference(column) %}
case
    when
        regexp_matches({{ column }}, '[1-9]')
        and not regexp_matches({{ column }}, '^({% for digit in range(1, 10) %}{{ digit }}{4,}{{ "|" if not loop.last }}{% endfor %})$')
        then {{ column }}
end
{%- endmacro %}
