with feed_requirements as (

    select * from {{ ref('feed_requirements') }}

),

feed_calendar as (

    select * from {{ ref('stg_pipeline__feed_calendar') }}

),

dates as (

    select distinct
        month,
        {{ financial_year_named('financial_year_start') }} as financial_year
    from {{ ref('int_dates') }}

),

find_years as (

    select distinct financial_year from feed_calendar

),

list_months as (

    -- All twelve months of each year, also those after the as-of month: they are not due yet.
    select
        dates.month,
        dates.financial_year
    from dates
    inner join find_years on dates.financial_year = find_years.financial_year

),

look_up_status as (

    select
        feed_requirements.metric_id,
        feed_requirements.feed_in_words,
        list_months.month,
        list_months.financial_year,
        coalesce(feed_calendar.status, 'not due') as status,
        feed_calendar.rows_quarantined
    from feed_requirements
    cross join list_months
    left join feed_calendar
        on feed_requirements.feed = feed_calendar.feed and list_months.month = feed_calendar.month

),

judge_months as (

    select
        metric_id,
        month,
        financial_year,
        count(*) as feeds_needed,
        sum(case when status = 'received' then 1 else 0 end) as feeds_received,
        coalesce(sum(case when status = 'received' then rows_quarantined end), 0) as quarantined_rows,
        {{ joined_text(
            "case when status <> 'received' then feed_in_words || ' ' || month || ' (' || status || ')' end",
            ', ',
            'feed_in_words'
        ) }} as missing
    from look_up_status
    group by metric_id, month, financial_year

)

select * from judge_months
