with incident_records as (

    select * from {{ ref('int_incident_records') }}
    where has_record_beside_fire

),

shape_records as (

    select
        event_record_id,
        incident_id,
        lower_incident_id,
        upper_incident_id,
        lowest_link_probability,
        agency,
        feed,
        recorded_date,
        {{ month_of('recorded_date') }} as month,
        {{ financial_year_of_month(month_of('recorded_date')) }} as financial_year,
        -- A small area outside the partnership is no row of dim_area: what lies there is unlocated, as its district is.
        coalesce(case when district_code is not null then lsoa_code end, 'unlocated') as lsoa_code,
        coalesce(district_code, 'unlocated') as district_code,
        occurred_precision,
        place_precision,
        is_default_place,
        kind,
        crimes,
        offence_code,
        prc_code,
        tier,
        is_serious_violence,
        is_serious_violence_excluding_possession,
        is_knife_enabled,
        knife_method,
        is_firearm_enabled,
        is_domestic,
        is_public_place,
        harm_days,
        delivery_id
    from incident_records

)

select * from shape_records
