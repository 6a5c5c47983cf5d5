with searches as (

    select * from {{ ref('stg_police__stop_and_searches') }}

),

places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'police__stop_and_searches'

),

shape_searches as (

    select
        searches.month,
        searches.record_id,
        {{ financial_year_of_month('searches.month') }} as financial_year,
        cast(searches.searched_at as date) as searched_date,
        cast(extract(hour from searches.searched_at) as integer) as searched_hour,
        {{ is_weekend_night('searches.searched_at') }} as is_weekend_night,
        {{ place_in_partnership('places') }},
        searches.search_type,
        searches.object_of_search,
        searches.legislation,
        searches.outcome,
        searches.is_outcome_linked,
        searches.age_range,
        searches.gender as sex,
        searches.self_defined_ethnicity,
        searches.officer_defined_ethnicity,
        searches.delivery_id
    from searches
    left join places on searches.month = places.month and searches.record_id = places.record_id

)

select * from shape_searches
