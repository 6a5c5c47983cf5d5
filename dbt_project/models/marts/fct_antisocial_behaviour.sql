with reports as (

    select * from {{ ref('stg_local_authorities__antisocial_behaviour') }}

),

places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'local_authorities__antisocial_behaviour'

),

shape_reports as (

    select
        reports.month,
        reports.record_id,
        {{ financial_year_of_month('reports.month') }} as financial_year,
        cast(reports.occurred_at as date) as occurred_date,
        cast(extract(hour from reports.occurred_at) as integer) as occurred_hour,
        {{ is_weekend_night('reports.occurred_at') }} as is_weekend_night,
        coalesce(case when places.is_in_partnership then places.place_district_code end, 'unlocated') as district_code,
        coalesce(case when places.is_in_partnership then places.place_lsoa_2021_code end, 'unlocated') as lsoa_code,
        case when places.is_in_partnership then places.place_hexagon end as place_hexagon,
        reports.nsir_category,
        reports.local_category,
        reports.source_system,
        coalesce(reports.is_passed_on_by_police, false) as is_passed_on_by_police,
        reports.is_repeat_complainant,
        reports.case_status,
        reports.delivery_id
    from reports
    left join places on reports.month = places.month and reports.record_id = places.record_id

)

select * from shape_reports
