{#- Whether all months of a year were received that people are counted from. -#}
with metric_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}
    where metric_id = 'M6'

),

judge_years as (

    select
        financial_year,
        sum(case when feeds_received < feeds_needed then 1 else 0 end) = 0 as is_complete,
        {{ joined_text('missing', ', ', 'month') }} as missing
    from metric_feed_months
    group by financial_year

),

word_years as (

    select
        financial_year,
        is_complete,
        case when not is_complete then 'At least as many: incomplete without ' || missing || '.' end as statement
    from judge_years

)

select * from word_years
