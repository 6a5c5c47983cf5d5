with attendances as (

    select * from {{ ref('int_health_attendance_rows') }}
    where row_status = 'assault'

),

mechanisms as (

    select * from {{ ref('snomed_codes') }}
    where reference_set = 'injury mechanism'

),

find_weapons as (

    select
        attendances.*,
        mechanisms.meaning as mechanism,
        nullif(mechanisms.meaning, 'unknown') as weapon
    from attendances
    left join mechanisms on attendances.injury_mechanism_snomed = mechanisms.snomed_code

),

shape_attendances as (

    select
        'health' as agency,
        'health__emergency_attendances' as feed,
        month,
        record_id,
        {{ numbered_use('attendance_id') }} as agency_record,
        case when injury_date is not null then injured_at end as occurred_from,
        arrived_at as occurred_until,
        case
            when injury_date is null then 'before arrival'
            when injury_time is null or injury_time = '00:00:00' then 'day'
            else 'time'
        end as occurred_precision,
        arrival_date as recorded_date,
        arrived_at as reported_at,
        residence_lsoa_code,
        case
            when mechanism in ('blade', 'firearm') then 'penetrating'
            when mechanism in ('blunt', 'corrosive', 'other') then 'other weapon'
            else 'assault'
        end as kind,
        weapon,
        true as has_victim,
        -- In these feeds 0 stands for an age nobody asked, far oftener than for an infant.
        nullif(age_at_arrival, 0) as victim_age,
        sex as victim_sex,
        patient_pseudonym as pseudonym,
        'nhs_number' as pseudonym_kind,
        'attended' as status,
        delivery_id,
        weapon = 'blade' as is_knife_enabled,
        case
            when weapon is null then 'not recorded'
            else 'injury mechanism recorded by the emergency department'
        end as knife_method,
        weapon = 'firearm' as is_firearm_enabled
    from find_weapons

),

take_columns as (

    select
        {{ event_record_columns(untold=['agency_incident']) }}
    from shape_attendances

)

select * from take_columns
