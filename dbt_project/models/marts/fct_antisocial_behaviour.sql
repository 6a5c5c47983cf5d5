with complaints as (

    select * from {{ ref('stg_local_authorities__antisocial_behaviour') }}

),

places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'local_authorities__antisocial_behaviour'

),

shape_complaints as (

    select
        complaints.month,
        complaints.record_id,
        {{ financial_year_of_month('complaints.month') }} as financial_year,
        cast(complaints.occurred_at as date) as occurred_date,
        cast(extract(hour from complaints.occurred_at) as integer) as occurred_hour,
        {{ is_weekend_night('complaints.occurred_at') }} as is_weekend_night,
        {{ place_in_partnership('places') }},
        complaints.nsir_category,
        complaints.local_category,
        complaints.source_system,
        coalesce(complaints.is_passed_on_by_police, false) as is_passed_on_by_police,
        complaints.is_repeat_complainant,
        complaints.case_status,
        complaints.delivery_id
    from complaints
    left join places on complaints.month = places.month and complaints.record_id = places.record_id

)

select * from shape_complaints
