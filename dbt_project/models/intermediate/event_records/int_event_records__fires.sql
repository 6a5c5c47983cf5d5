with fires as (

    select * from {{ ref('int_fire_rows') }}
    where row_status = 'deliberate fire'

),

shape_fires as (

    select
        'fire' as agency,
        'fire__incidents' as feed,
        month,
        record_id,
        {{ numbered_use('incident_number') }} as agency_record,
        coalesce({{ numbered_use(own_reference('incident_number')) }}, {{ numbered_use('record_id') }})
            as agency_incident,
        called_at as occurred_until,
        'before the call' as occurred_precision,
        call_date as recorded_date,
        called_at as reported_at,
        'fire' as kind,
        false as has_victim,
        'attended' as status,
        delivery_id
    from fires

),

take_columns as (

    select
        {{ event_record_columns(untold=[
            'occurred_from', 'residence_lsoa_code', 'weapon', 'victim_age', 'victim_sex', 'pseudonym', 'pseudonym_kind',
            'is_knife_enabled', 'knife_method', 'is_firearm_enabled'
        ]) }}
    from shape_fires

)

select * from take_columns
