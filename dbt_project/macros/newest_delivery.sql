{#- Which rows of a keyed record stand, where the record lies in several months because it was re-dated between
    deliveries: the rows of the newest delivery. `received_at` comes from the feed calendar, which names the
    delivery every month was taken from; a delivery it no longer names has been replaced and is the oldest.
    Both macros are window expressions over one row per bronze row. -#}

{#- `newest_delivery_id`: the delivery whose rows of this record stand. -#}
{% macro newest_delivery(key_columns) -%}
    first_value(delivery_id) over (
            partition by {{ key_columns | join(', ') }}
            order by received_at desc nulls last, delivery_id desc
            rows between unbounded preceding and unbounded following
        )
{%- endmacro %}
