{#- Promise 1, nothing is lost: every row that staging reads stands in the accounts, and nothing else does. -#}
{%- set accounted_feeds = [
    'police__offences', 'police__street_crimes', 'health__emergency_attendances', 'communities__events'
] -%}

with read_both as (

    {% for feed in accounted_feeds -%}
        select
            '{{ feed }}' as feed,
            month,
            record_id,
            1 as in_bronze,
            0 as in_accounts
        from {{ ref('stg_' ~ feed) }}
        union all
    {% endfor -%}
    select
        feed,
        month,
        record_id,
        0 as in_bronze,
        1 as in_accounts
    from {{ ref('int_row_accounts') }}

),

count_both as (

    select
        feed,
        month,
        record_id,
        sum(in_bronze) as in_bronze,
        sum(in_accounts) as in_accounts
    from read_both
    group by feed, month, record_id

)

select * from count_both
where in_bronze <> 1 or in_accounts <> 1
