with dates as (

    select * from {{ ref('int_dates') }}

),

name_years as (

    select
        date_day,
        month,
        {{ iso_weekday('date_day') }} as weekday,
        {{ iso_weekday('date_day') }} >= 6 as is_weekend,
        {{ financial_year_named('financial_year_start') }} as financial_year,
        'October ' || cast(october_year_start as string)
        || ' to September ' || cast(october_year_start + 1 as string) as october_to_september_year,
        calendar_year,
        october_year_start + 1 as year_ending_september
    from dates

)

select * from name_years
