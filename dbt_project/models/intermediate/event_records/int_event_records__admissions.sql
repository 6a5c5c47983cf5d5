with admissions as (

    select * from {{ ref('int_admission_rows') }}
    where row_status = 'assault'

),

shape_admissions as (

    select
        'health' as agency,
        'health__admissions' as feed,
        month,
        record_id,
        {{ numbered_use('episode_id') }} as agency_record,
        {{ timestamp_of('admission_date', "'23:59:00'") }} as occurred_until,
        'before arrival' as occurred_precision,
        admission_date as recorded_date,
        cast(admission_date as timestamp) as reported_at,
        residence_lsoa_code,
        case
            when weapon in ('blade', 'firearm') then 'penetrating'
            when weapon is not null then 'other weapon'
            else 'assault'
        end as kind,
        weapon,
        true as has_victim,
        age_at_start as victim_age,
        sex as victim_sex,
        patient_pseudonym as pseudonym,
        'nhs_number' as pseudonym_kind,
        'admitted' as status,
        delivery_id,
        weapon = 'blade' as is_knife_enabled,
        case when weapon is null then 'not recorded' else 'external cause coded by the hospital' end as knife_method,
        weapon = 'firearm' as is_firearm_enabled
    from admissions

),

take_columns as (

    select
        {{ event_record_columns(untold=['agency_incident', 'occurred_from']) }}
    from shape_admissions

)

select * from take_columns
