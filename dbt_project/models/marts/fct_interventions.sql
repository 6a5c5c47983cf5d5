with interventions as (

    select * from {{ ref('int_interventions') }}

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

shape_interventions as (

    select
        interventions.intervention_id,
        interventions.programme_code,
        interventions.provider_name,
        age_bands.age_band,
        interventions.age_group,
        interventions.sex,
        coalesce(districts.district_code, 'unlocated') as residence_district_code,
        interventions.referral_source,
        interventions.referred_on,
        interventions.month,
        interventions.financial_year,
        interventions.started_on,
        interventions.ended_on,
        interventions.status,
        interventions.exit_reason,
        interventions.sessions_offered,
        interventions.sessions_attended,
        interventions.sessions_missed,
        interventions.is_accepted,
        interventions.is_engaged,
        interventions.is_completed,
        interventions.is_traceable,
        interventions.is_followed_up,
        interventions.has_reattended
    from interventions
    inner join age_bands on {{ age_key('interventions.age') }} = age_bands.age_key
    left join districts on interventions.residence_district_code = districts.district_code

)

select * from shape_interventions
