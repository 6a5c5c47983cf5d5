{#- From the April before the oldest archive month the feeds restate (36 months before FIRST_MONTH) to a
    March far enough ahead that no as-of date passes it; widen it when it does. -#}
with list_days as (

    {{ dbt.date_spine(
        datepart='day',
        start_date="cast('2019-04-01' as date)",
        end_date="cast('2040-04-01' as date)"
    ) }}

),

name_months as (

    select
        cast(date_day as date) as date_day,
        {{ month_of('cast(date_day as date)') }} as month
    from list_days

),

find_years as (

    select
        date_day,
        month,
        cast(substr(month, 1, 4) as integer) as calendar_year,
        {{ year_beginning('month', 4) }} as financial_year_start,
        {{ year_beginning('month', 10) }} as october_year_start
    from name_months

)

select * from find_years
