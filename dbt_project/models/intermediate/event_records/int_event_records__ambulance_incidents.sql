with calls as (

    select * from {{ ref('int_ambulance_rows') }}
    where row_status = 'call to violence'

),

shape_calls as (

    select
        'health' as agency,
        'health__ambulance_incidents' as feed,
        month,
        record_id,
        {{ numbered_use('record_id') }} as agency_record,
        coalesce({{ numbered_use(own_reference('incident_number')) }}, {{ numbered_use('record_id') }})
            as agency_incident,
        call_connected_at as occurred_until,
        'before the call' as occurred_precision,
        cast(call_connected_at as date) as recorded_date,
        call_connected_at as reported_at,
        kind,
        true as has_victim,
        patient_age as victim_age,
        patient_sex as victim_sex,
        patient_pseudonym as pseudonym,
        'nhs_number' as pseudonym_kind,
        case when is_conveyed then 'conveyed' else 'not conveyed' end as status,
        delivery_id
    from calls

),

-- The complaint told to the service classes the call, and names no weapon.

take_columns as (

    select
        {{ event_record_columns(untold=[
            'occurred_from', 'residence_lsoa_code', 'weapon', 'is_knife_enabled', 'knife_method', 'is_firearm_enabled'
        ]) }}
    from shape_calls

)

select * from take_columns
