with row_places as (

    select * from {{ ref('int_row_places') }}

),

row_residences as (

    select * from {{ ref('int_row_residences') }}

),

unite_rows as (

    select
        feed,
        'incident' as place_of,
        month,
        placed_by,
        is_in_partnership
    from row_places
    union all
    select
        feed,
        'residence' as place_of,
        month,
        placed_by,
        is_in_partnership
    from row_residences

),

count_rows as (

    select
        feed,
        place_of,
        {{ financial_year_of_month('month') }} as financial_year,
        month,
        placed_by,
        cast(count(*) as integer) as bronze_rows,
        cast(sum(case when is_in_partnership then 1 else 0 end) as integer) as rows_in_partnership,
        cast(sum(case when not is_in_partnership then 1 else 0 end) as integer) as rows_outside,
        cast(sum(case when is_in_partnership is null then 1 else 0 end) as integer) as rows_unlocated
    from unite_rows
    group by feed, place_of, month, placed_by

)

select * from count_rows
