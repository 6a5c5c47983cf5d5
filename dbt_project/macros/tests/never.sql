{#- Fails for each row that satisfies `condition`: a state the model must never be in. -#}
{% test never(model, condition) %}

select *
from {{ model }}
where {{ condition }}

{% endtest %}
