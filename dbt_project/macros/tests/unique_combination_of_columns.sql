{#- Fails for each combination of columns that occurs in several rows: the stated grain does not hold. It has the name
    and arguments of the test in dbt_utils; why it is ours stands in expression_is_true.sql. -#}
{% test unique_combination_of_columns(model, combination_of_columns) %}

select
    {{ combination_of_columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ combination_of_columns | join(', ') }}
having count(*) > 1

{% endtest %}
