{#- From the April before the oldest archive month the feeds restate (36 months before FIRST_MONTH) to a
    March far enough ahead that no as-of date passes it; widen it when it does. -#}
with list_days as (

    {{ each_day('2019-04-01', '2040-04-01') }}

),

name_months as (

    select
        date_day,
        {{ month_of('date_day') }} as month
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
