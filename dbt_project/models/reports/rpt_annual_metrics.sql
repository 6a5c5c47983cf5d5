with feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

find_as_of as (

    select max(as_of) as as_of from feed_months

),

metrics as (

    -- Of the metrics counted by month, those that the annual report publishes: rpt_metric_rates has all of them.
    select * from {{ ref('metrics') }}
    where is_in_annual_metrics

),

unite_metrics as (

    select * from {{ ref('annual_metrics__years') }}
    union all
    select * from {{ ref('annual_metrics__months') }}
    union all
    select * from {{ ref('annual_metrics__feeds') }}

),

date_metrics as (

    select
        unite_metrics.metric_id,
        unite_metrics.metric_name,
        unite_metrics.financial_year,
        unite_metrics.geography_level,
        unite_metrics.area_code,
        unite_metrics.area_name,
        unite_metrics.breakdown,
        unite_metrics.category,
        unite_metrics.unit,
        unite_metrics.value,
        unite_metrics.base_value,
        unite_metrics.change_percent,
        unite_metrics.change_lower,
        unite_metrics.change_upper,
        unite_metrics.interval_method,
        unite_metrics.statement,
        unite_metrics.status,
        unite_metrics.definition_version,
        find_as_of.as_of,
        round(unite_metrics.completeness_percent, 1) as completeness_percent,
        unite_metrics.unknown_code_rows,
        unite_metrics.unlocated_rows,
        unite_metrics.quarantined_rows,
        unite_metrics.adjusted_p_value,
        unite_metrics.victims
    from unite_metrics
    inner join metrics on unite_metrics.metric_id = metrics.metric_id
    cross join find_as_of

)

select * from date_metrics
