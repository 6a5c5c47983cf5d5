with feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

count_feeds as (

    select
        agency,
        month,
        financial_year,
        cast(sum(case when status <> 'not due' then 1 else 0 end) as integer) as feeds_due,
        cast(sum(case when is_received then 1 else 0 end) as integer) as feeds_received,
        cast(sum(case when status = 'held' then 1 else 0 end) as integer) as feeds_held,
        cast(sum(case when status = 'not received' then 1 else 0 end) as integer) as feeds_overdue,
        cast(sum(case when is_late then 1 else 0 end) as integer) as feeds_late,
        cast(sum(case when restatements > 0 then 1 else 0 end) as integer) as feeds_restated,
        {{ joined_text(
            "case when not is_received then table_name || ' (' || status || ')' end", ', ', 'table_name'
        ) }} as missing,
        max(as_of) as as_of
    from feed_months
    group by agency, month, financial_year

),

shape_agency_months as (

    select
        agency,
        month,
        financial_year,
        feeds_due,
        feeds_received,
        feeds_held,
        feeds_overdue,
        feeds_late,
        feeds_restated,
        -- A month of which nothing is due yet is neither complete nor incomplete.
        case when feeds_due > 0 then round(1e2 * feeds_received / feeds_due, 1) end as completeness_percent,
        missing,
        as_of
    from count_feeds

)

select * from shape_agency_months
