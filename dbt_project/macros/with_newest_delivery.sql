{#- The rows of `rows_cte`, a CTE with a column delivery_id, each with the delivery that stands for its record. A record
    lies in several months where it was re-dated between deliveries: the rows of the newest delivery stand. When a
    delivery was received comes from `deliveries_cte`, the deliveries of the feed in int_deliveries, which names those
    that some month was taken from; one it does not name has been replaced and is the oldest.
    Adds received_at, newest_delivery_id and is_superseded. -#}
{% macro with_newest_delivery(rows_cte, deliveries_cte, key_columns) -%}
    select
        dated.*,
        dated.delivery_id <> dated.newest_delivery_id as is_superseded
    from (
        select
            {{ rows_cte }}.*,
            {{ deliveries_cte }}.received_at,
            first_value({{ rows_cte }}.delivery_id) over (
                partition by {% for column in key_columns %}{{ rows_cte }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by {{ deliveries_cte }}.received_at desc nulls last, {{ rows_cte }}.delivery_id desc
                rows between unbounded preceding and unbounded following
            ) as newest_delivery_id
        from {{ rows_cte }}
        left join {{ deliveries_cte }} on {{ rows_cte }}.delivery_id = {{ deliveries_cte }}.delivery_id
    ) as dated
{%- endmacro %}
