{#- Three years to the newest month of the force's crimes, or as many months as were received. -#}
{%- set months = 36 -%}

with feed_months as (

    select * from {{ ref('fct_feed_months') }}
    where feed = 'police__offences' and is_received

),

months_of_calendar as (

    select distinct month from {{ ref('dim_date') }}

),

find_newest_month as (

    select max(month) as last_month from feed_months

),

number_months as (

    select
        months_of_calendar.month,
        row_number() over (order by months_of_calendar.month desc) as months_back
    from months_of_calendar
    inner join find_newest_month on months_of_calendar.month <= find_newest_month.last_month

),

find_first_month as (

    select min(number_months.month) as first_month
    from number_months
    inner join feed_months on number_months.month = feed_months.month
    where number_months.months_back <= {{ months }}

),

-- Year 1 is the twelve months to the newest, year 2 the twelve before them.

list_months as (

    select
        number_months.month,
        cast(floor((number_months.months_back - 1) / 12e0) as integer) + 1 as year_back,
        feed_months.month is not null as is_received
    from number_months
    inner join find_first_month on number_months.month >= find_first_month.first_month
    left join feed_months on number_months.month = feed_months.month
    where number_months.months_back <= {{ months }}

)

select * from list_months
