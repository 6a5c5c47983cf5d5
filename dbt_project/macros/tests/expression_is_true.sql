{#- Fails for each row in which `expression` is false, as the test of dbt_utils with this name and these arguments.
    Ours because dbt packages come from a hub or from git and not from the package index: the build would need another
    download from another place than its lock names. -#}
{% test expression_is_true(model, expression) %}

select *
from {{ model }}
where not ({{ expression }})

{% endtest %}
