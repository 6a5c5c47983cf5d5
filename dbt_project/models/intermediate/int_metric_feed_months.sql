with read_requirements as (

    select * from {{ ref('feed_requirements') }}

),

read_calendar as (

    select * from {{ ref('fct_feed_months') }}

),

read_dates as (

    select distinct
        month,
        {{ financial_year_named('financial_year_start') }} as financial_year
    from {{ ref('int_dates') }}

),

find_years as (

    select distinct financial_year from read_calendar

),

list_months as (

    -- All twelve months of each year, also those after the as-of month: they are not due yet.
    select
        read_dates.month,
        read_dates.financial_year
    from read_dates
    inner join find_years on read_dates.financial_year = find_years.financial_year

),

look_up_status as (

    select
        read_requirements.metric_id,
        read_requirements.feed_in_words,
        list_months.month,
        list_months.financial_year,
        coalesce(read_calendar.status, 'not due') as status
    from read_requirements
    cross join list_months
    left join read_calendar
        on read_requirements.feed = read_calendar.feed and list_months.month = read_calendar.month

),

judge_months as (

    select
        metric_id,
        month,
        financial_year,
        count(*) as feeds_needed,
        sum(case when status = 'received' then 1 else 0 end) as feeds_received,
        {{ joined_text(
            "case when status <> 'received' then feed_in_words || ' ' || month || ' (' || status || ')' end",
            ', ',
            'feed_in_words'
        ) }} as missing
    from look_up_status
    group by metric_id, month, financial_year

)

select * from judge_months
