with feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

metrics as (

    select * from {{ ref('metrics') }}

),

definitions as (

    select * from {{ ref('int_current_definitions') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

count_feed_years as (

    select
        feed,
        financial_year,
        sum(case when is_received then 1 else 0 end) as months_received,
        coalesce(sum(case when is_received then rows_quarantined end), 0) as quarantined_rows,
        {{ joined_text("case when not is_received then month || ' (' || status || ')' end", ', ', 'month') }} as missing
    from feed_months
    group by feed, financial_year

),

find_forces as (

    select distinct
        force_code,
        force_name
    from districts

),

shape_feed_years as (

    -- Completeness itself is always known: a year of which nothing was received is complete at 0 %.
    select
        metrics.metric_id,
        metrics.metric_name,
        years.financial_year,
        'force' as geography_level,
        find_forces.force_code as area_code,
        find_forces.force_name as area_name,
        'feed' as breakdown,
        years.feed as category,
        metrics.unit,
        round(1e2 * years.months_received / 12, 1) as value,
        round(1e2 * base_years.months_received / 12, 1) as base_value,
        cast(null as double) as change_percent,
        cast(null as double) as change_lower,
        cast(null as double) as change_upper,
        cast(null as string) as interval_method,
        cast(years.months_received as string) || ' of 12 months received'
        || coalesce('; missing ' || years.missing, '') || '.' as statement,
        'complete' as status,
        definitions.definition_version,
        1e2 * years.months_received / 12 as completeness_percent,
        0 as unknown_code_rows,
        cast(null as integer) as unlocated_rows,
        cast(years.quarantined_rows as integer) as quarantined_rows,
        cast(null as double) as adjusted_p_value,
        cast(null as integer) as victims
    from count_feed_years as years
    cross join find_forces
    inner join metrics on metrics.metric_id = 'M15'
    inner join definitions on metrics.definition_id = definitions.definition_id
    left join count_feed_years as base_years
        on
            years.feed = base_years.feed
            and cast(substr(years.financial_year, 1, 4) as integer)
            = cast(substr(base_years.financial_year, 1, 4) as integer) + 1

)

select * from shape_feed_years
