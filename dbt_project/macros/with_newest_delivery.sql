{#- The rows of `rows_cte`, a CTE with the columns delivery_id, month and record_id, each with the delivery that counts
    for its record. A record lies in several months where it was re-dated between deliveries: the rows of the newest
    delivery count. When a delivery was received comes from `deliveries_cte`, the deliveries of the feed in
    int_deliveries, which names those that some month was taken from; one it does not name has been replaced and is the
    oldest.
    Senders number their records each by itself, and many begin again every year. With `months`, rows of one `number`,
    the key unless another column is named, are of one thing only where they have the same `sender`, a column, and none
    is more than so many months after the one before it; use_of_number counts the things under a number from 1.
    Adds received_at, newest_delivery_id, is_superseded and, with `months`, use_of_number. -#}
{% macro with_newest_delivery(rows_cte, deliveries_cte, key_columns, months=none, sender="''", number=none) -%}
    {%- set number = number or key_columns | join(', ') -%}
    select
        dated.*,
        dated.delivery_id <> dated.newest_delivery_id as is_superseded
    from (
        select
            {{ rows_cte }}.*,
            {% if months %}uses.use_of_number,{% endif %}
            {{ deliveries_cte }}.received_at,
            first_value({{ rows_cte }}.delivery_id) over (
                partition by
                    {% for column in key_columns %}{{ rows_cte }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                    {%- if months %}, uses.use_of_number{% endif %}
                order by {{ deliveries_cte }}.received_at desc nulls last, {{ rows_cte }}.delivery_id desc
                rows between unbounded preceding and unbounded following
            ) as newest_delivery_id
        from {{ rows_cte }}
        left join {{ deliveries_cte }} on {{ rows_cte }}.delivery_id = {{ deliveries_cte }}.delivery_id
        {% if months -%}
            inner join ({{ _uses_of_number(rows_cte, number, sender, months) }}) as uses
                on {{ rows_cte }}.month = uses.month and {{ rows_cte }}.record_id = uses.record_id
        {%- endif %}
    ) as dated
{%- endmacro %}

{#- Month and record_id of each row, with use_of_number. A row begins another use where it is the first of its sender, or
    more than `months` after the one before it. -#}
{% macro _uses_of_number(rows_cte, number, sender, months) -%}
    {%- set sender = "coalesce(" ~ sender ~ ", '')" -%}
    {%- set month_before = 'lag(month) over (partition by ' ~ number ~ ', ' ~ sender ~ ' order by month, record_id)' -%}
    select
        month,
        record_id,
        cast(sum(begins_a_use) over (
            partition by {{ number }}
            order by sender, month, record_id
            rows between unbounded preceding and current row
        ) as integer) as use_of_number
    from (
        select
            month,
            record_id,
            {% if number != 'record_id' %}{{ number }},{% endif %}
            {{ sender }} as sender,
            case when {{ months_before('month', month_before) }} <= {{ months }} then 0 else 1 end as begins_a_use
        from {{ rows_cte }}
    ) as beginnings
{%- endmacro %}
