{#- Fails for each row in which one of the columns is null: `not_null` of several columns in one query, since each test
    is a statement, three events and 60 ms of a night. -#}
{% test not_null_columns(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where {% for column in columns %}{{ 'or ' if not loop.first }}{{ column }} is null {% endfor %}

{% endtest %}
