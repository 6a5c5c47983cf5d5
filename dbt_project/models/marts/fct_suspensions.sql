with suspensions as (

    select * from {{ ref('stg_local_authorities__suspensions') }}

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

shape_suspensions as (

    select
        suspensions.month,
        suspensions.record_id,
        {{ financial_year_of_month('suspensions.month') }} as financial_year,
        suspensions.started_on,
        suspensions.category,
        suspensions.authority_code,
        suspensions.school_urn,
        coalesce(districts.district_code, 'unlocated') as school_district_code,
        age_bands.age_band,
        suspensions.sex,
        suspensions.ethnicity,
        suspensions.year_group,
        suspensions.sen_provision,
        suspensions.is_eligible_for_free_meals,
        suspensions.exclusion_reasons,
        coalesce(suspensions.is_violence, false) as is_violence,
        coalesce(suspensions.has_weapon_reason, false) as has_weapon_reason,
        coalesce(suspensions.has_physical_assault_reason, false) as has_physical_assault_reason,
        suspensions.sessions,
        cast(suspensions.days_suspended as double) as days_suspended,
        suspensions.delivery_id
    from suspensions
    inner join age_bands on {{ age_key('suspensions.pupil_age') }} = age_bands.age_key
    left join districts on suspensions.school_district_code = districts.district_code

)

select * from shape_suspensions
