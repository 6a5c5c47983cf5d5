with row_accounts as (

    select * from {{ ref('int_row_accounts') }}

),

count_rows as (

    select
        feed,
        {{ financial_year_of_month('month') }} as financial_year,
        month,
        destination,
        coalesce(exclusion, 'none') as exclusion,
        cast(count(*) as integer) as bronze_rows
    from row_accounts
    group by feed, month, destination, coalesce(exclusion, 'none')

)

select * from count_rows
