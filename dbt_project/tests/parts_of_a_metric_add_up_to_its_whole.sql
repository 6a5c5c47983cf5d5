-- Districts with unlocated, partnerships with unlocated, and categories each add up to the force's count.
with sum_parts as (

    select
        metric_id,
        month,
        geography_level,
        breakdown,
        sum(value) as value
    from {{ ref('fct_metric_months') }}
    group by metric_id, month, geography_level, breakdown

),

compare_with_whole as (

    select
        sum_parts.metric_id,
        sum_parts.month,
        sum_parts.geography_level,
        sum_parts.breakdown,
        sum_parts.value,
        whole.value as whole_value
    from sum_parts
    inner join sum_parts as whole
        on
            sum_parts.metric_id = whole.metric_id
            and sum_parts.month = whole.month
            and whole.geography_level = 'force'
            and whole.breakdown = 'all'

)

select * from compare_with_whole
where coalesce(value, -1) <> coalesce(whole_value, -1)
