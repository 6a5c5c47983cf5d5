with offences as (

    select * from {{ ref('stg_youth_justice__offences') }}
    where is_local

),

residences as (

    select * from {{ ref('int_row_residences') }}
    where feed = 'youth_justice__offences'

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

shape_offences as (

    select
        offences.month,
        offences.record_id,
        {{ financial_year_of_month('offences.month') }} as financial_year,
        offences.yjs_code,
        offences.offence_date,
        offences.outcome_date,
        offences.offence_code,
        offences.yjb_offence_category,
        offences.severity_scale,
        offences.severity_value,
        offences.is_serious_youth_violence,
        offences.outcome_type,
        offences.outcome_tier,
        age_bands.age_band,
        offences.sex,
        offences.ethnicity,
        offences.has_send,
        offences.is_looked_after,
        coalesce(residences.residence_district_code, 'unlocated') as residence_district_code,
        offences.delivery_id
    from offences
    left join residences
        on offences.month = residences.month and offences.record_id = residences.record_id
    inner join age_bands on {{ age_key('offences.child_age') }} = age_bands.age_key

)

select * from shape_offences
