{#- M10. Who stood on the roster on 31 March, and what each delivered in the year that ends then. -#}
with agencies as (

    select * from {{ ref('dim_agency') }}

),

agency_months as (

    select * from {{ ref('fct_agency_months') }}

),

definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'PARTNER_AGENCIES'

),

count_months as (

    select
        agency,
        financial_year,
        cast(sum(feeds_due) as integer) as feed_months_due,
        cast(sum(feeds_received) as integer) as feed_months_received,
        cast(sum(feeds_late) as integer) as feed_months_late,
        {{ joined_text("month || ': ' || missing", '; ', 'month') }} as missing
    from agency_months
    group by agency, financial_year

),

list_years as (

    select
        financial_year,
        cast(cast(cast(substr(financial_year, 1, 4) as integer) + 1 as string) || '-03-31' as date) as last_day,
        max(as_of) as as_of
    from agency_months
    group by financial_year

),

judge_members as (

    -- The last day of membership is a day of membership.
    select
        list_years.financial_year,
        list_years.last_day,
        list_years.as_of,
        agencies.agency_id,
        agencies.agency_name,
        agencies.sector,
        agencies.feed_agency,
        agencies.joined_on <= list_years.last_day and coalesce(agencies.left_on >= list_years.last_day, true)
            as is_member,
        count(agencies.feed_agency) over (
            partition by list_years.financial_year, agencies.feed_agency
        ) as agencies_of_feed
    from list_years
    cross join agencies

),

shape_agencies as (

    select
        members.financial_year,
        members.agency_id,
        members.agency_name,
        members.sector,
        members.feed_agency,
        -- Who will be a member on a day that has not come is not known.
        case when members.last_day <= members.as_of then members.is_member end as is_member_on_31_march,
        -- What several agencies deliver in one feed is no one's own.
        case when members.agencies_of_feed = 1 then count_months.feed_months_due end as feed_months_due,
        case when members.agencies_of_feed = 1 then count_months.feed_months_received end as feed_months_received,
        case when members.agencies_of_feed = 1 then count_months.feed_months_late end as feed_months_late,
        case when members.agencies_of_feed = 1 then count_months.missing end as missing,
        case
            when members.feed_agency is null then 'delivers no feed'
            when members.agencies_of_feed > 1 then 'delivered with others'
            when coalesce(count_months.feed_months_due, 0) = 0 then 'nothing due'
            when count_months.feed_months_received = count_months.feed_months_due then 'all received'
            when count_months.feed_months_received = 0 then 'nothing received'
            else 'part received'
        end as delivered,
        members.as_of,
        definition.definition_version
    from judge_members as members
    cross join definition
    left join count_months
        on members.feed_agency = count_months.agency and members.financial_year = count_months.financial_year

)

select * from shape_agencies
