{#- One shape for the records of five feeds. A column is null where the feed cannot tell it, never guessed. -#}
{%- set unknown = 'cast(null as string)' -%}

with crime_rows as (

    select * from {{ ref('int_police_crime_rows') }}
    where row_status <> 'superseded'

),

offences as (

    select * from {{ ref('stg_police__offences') }}

),

crimes as (

    select * from {{ ref('int_police_crimes') }}
    where crime_status = 'active' and evidences_violence

),

attendances as (

    select * from {{ ref('int_health_attendance_rows') }}
    where row_status = 'assault'

),

mechanisms as (

    select * from {{ ref('snomed_codes') }}
    where reference_set = 'injury mechanism'

),

calls as (

    select * from {{ ref('int_ambulance_rows') }}
    where row_status = 'call to violence'

),

admissions as (

    select * from {{ ref('int_admission_rows') }}
    where row_status = 'assault'

),

fires as (

    select * from {{ ref('int_fire_rows') }}
    where row_status = 'deliberate fire'

),

row_places as (

    select * from {{ ref('int_row_places') }}

),

default_places as (

    select * from {{ ref('default_places') }}

),

shape_offences as (

    select
        'police' as agency,
        'police__offences' as feed,
        offences.month,
        offences.record_id,
        offences.crime_reference
        || case when crime_rows.row_of_crime > 1 then '/' || cast(crime_rows.row_of_crime as string) else '' end
            as agency_record,
        coalesce(offences.occurrence_reference, offences.crime_reference) as agency_incident,
        offences.committed_from as occurred_from,
        case
            when offences.committed_to > offences.committed_from then offences.committed_to
            else offences.committed_from
        end as occurred_until,
        case
            when offences.committed_from is null then 'unknown'
            when offences.committed_to > offences.committed_from then 'between two times'
            else 'time'
        end as occurred_precision,
        crimes.date_recorded as recorded_date,
        cast(crimes.date_reported as timestamp) as reported_at,
        crimes.location_type,
        crimes.is_public_place,
        {{ unknown }} as residence_lsoa_code,
        case
            when crimes.prc_code in ('56A', '56B', '56') then 'fire'
            when offences.weapon_type in ('blade', 'firearm') then 'penetrating'
            when offences.weapon_type in ('blunt', 'corrosive', 'other') then 'other weapon'
            else 'assault'
        end as kind,
        nullif(offences.weapon_type, 'unknown') as weapon,
        nullif(offences.injury_level, 'unknown') as injury,
        offences.victim_type = 'person' as has_victim,
        offences.victim_age,
        offences.victim_sex,
        offences.victim_pseudonym as pseudonym,
        'police_person' as pseudonym_kind,
        crimes.crime_status as status,
        offences.delivery_id,
        case when crime_rows.row_status = 'leading' then 1 else 0 end as crimes,
        crimes.offence_code,
        crimes.prc_code,
        crimes.offence_group,
        crimes.tier,
        crimes.is_serious_violence,
        crimes.is_serious_violence_excluding_possession,
        crimes.is_homicide,
        crimes.is_ons_knife_offence,
        case
            when not crimes.is_youth_violence_offence then false
            when
                crimes.needs_weapon_for_youth_violence
                and coalesce(offences.weapon_type, 'unknown') not in ('blade', 'firearm', 'blunt', 'corrosive', 'other')
                then false
            when offences.victim_type <> 'person' then false
            when offences.victim_age is not null then offences.victim_age between 1 and 19
        end as is_serious_youth_violence,
        crimes.harm_days,
        crimes.is_knife_enabled,
        case when crimes.is_knife_enabled is null then 'not recorded' else 'weapon recorded by the force' end
            as knife_method,
        crimes.is_firearm_enabled,
        crimes.is_domestic
    from crime_rows
    inner join crimes on crime_rows.crime_reference = crimes.crime_reference
    inner join offences
        on crime_rows.month = offences.month and crime_rows.record_id = offences.record_id

),

shape_attendances as (

    select
        'health' as agency,
        'health__emergency_attendances' as feed,
        attendances.month,
        attendances.record_id,
        attendances.attendance_id as agency_record,
        {{ unknown }} as agency_incident,
        case when attendances.injury_date is not null then attendances.injured_at end as occurred_from,
        attendances.arrived_at as occurred_until,
        case
            when attendances.injury_date is null then 'before arrival'
            when attendances.injury_time is null or attendances.injury_time = '00:00:00' then 'day'
            else 'time'
        end as occurred_precision,
        attendances.arrival_date as recorded_date,
        attendances.arrived_at as reported_at,
        attendances.residence_lsoa_code,
        case
            when mechanisms.meaning in ('blade', 'firearm') then 'penetrating'
            when mechanisms.meaning in ('blunt', 'corrosive', 'other') then 'other weapon'
            else 'assault'
        end as kind,
        nullif(mechanisms.meaning, 'unknown') as weapon,
        -- In these feeds 0 stands for an age nobody asked, far oftener than for an infant.
        nullif(attendances.age_at_arrival, 0) as victim_age,
        attendances.sex as victim_sex,
        attendances.patient_pseudonym as pseudonym,
        'attended' as status,
        attendances.delivery_id,
        'injury mechanism recorded by the emergency department' as weapon_method
    from attendances
    left join mechanisms on attendances.injury_mechanism_snomed = mechanisms.snomed_code

),

shape_calls as (

    select
        'health' as agency,
        'health__ambulance_incidents' as feed,
        month,
        record_id,
        record_id as agency_record,
        incident_number as agency_incident,
        cast(null as timestamp) as occurred_from,
        call_connected_at as occurred_until,
        'before the call' as occurred_precision,
        cast(call_connected_at as date) as recorded_date,
        call_connected_at as reported_at,
        {{ unknown }} as residence_lsoa_code,
        kind,
        {{ unknown }} as weapon,
        patient_age as victim_age,
        patient_sex as victim_sex,
        patient_pseudonym as pseudonym,
        case when is_conveyed then 'conveyed' else 'not conveyed' end as status,
        delivery_id,
        'complaint told to the ambulance service' as weapon_method
    from calls

),

shape_admissions as (

    select
        'health' as agency,
        'health__admissions' as feed,
        month,
        record_id,
        episode_id as agency_record,
        {{ unknown }} as agency_incident,
        cast(null as timestamp) as occurred_from,
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
        age_at_start as victim_age,
        sex as victim_sex,
        patient_pseudonym as pseudonym,
        'admitted' as status,
        delivery_id,
        'external cause coded by the hospital' as weapon_method
    from admissions

),

unite_health as (

    select * from shape_attendances
    union all
    select * from shape_calls
    union all
    select * from shape_admissions

),

shape_health as (

    select
        agency,
        feed,
        month,
        record_id,
        agency_record,
        agency_incident,
        occurred_from,
        occurred_until,
        occurred_precision,
        recorded_date,
        reported_at,
        {{ unknown }} as location_type,
        cast(null as boolean) as is_public_place,
        residence_lsoa_code,
        kind,
        weapon,
        {{ unknown }} as injury,
        true as has_victim,
        victim_age,
        victim_sex,
        pseudonym,
        'nhs_number' as pseudonym_kind,
        status,
        delivery_id,
        0 as crimes,
        {{ unknown }} as offence_code,
        {{ unknown }} as prc_code,
        {{ unknown }} as offence_group,
        {{ unknown }} as tier,
        false as is_serious_violence,
        false as is_serious_violence_excluding_possession,
        false as is_homicide,
        false as is_ons_knife_offence,
        false as is_serious_youth_violence,
        cast(null as double) as harm_days,
        weapon = 'blade' as is_knife_enabled,
        case when weapon is null then 'not recorded' else weapon_method end as knife_method,
        weapon = 'firearm' as is_firearm_enabled,
        cast(null as boolean) as is_domestic
    from unite_health

),

shape_fires as (

    select
        'fire' as agency,
        'fire__incidents' as feed,
        month,
        record_id,
        incident_number as agency_record,
        incident_number as agency_incident,
        cast(null as timestamp) as occurred_from,
        called_at as occurred_until,
        'before the call' as occurred_precision,
        call_date as recorded_date,
        called_at as reported_at,
        {{ unknown }} as location_type,
        cast(null as boolean) as is_public_place,
        {{ unknown }} as residence_lsoa_code,
        'fire' as kind,
        {{ unknown }} as weapon,
        {{ unknown }} as injury,
        false as has_victim,
        cast(null as integer) as victim_age,
        {{ unknown }} as victim_sex,
        {{ unknown }} as pseudonym,
        {{ unknown }} as pseudonym_kind,
        'attended' as status,
        delivery_id,
        0 as crimes,
        {{ unknown }} as offence_code,
        {{ unknown }} as prc_code,
        {{ unknown }} as offence_group,
        {{ unknown }} as tier,
        false as is_serious_violence,
        false as is_serious_violence_excluding_possession,
        false as is_homicide,
        false as is_ons_knife_offence,
        false as is_serious_youth_violence,
        cast(null as double) as harm_days,
        cast(null as boolean) as is_knife_enabled,
        'not recorded' as knife_method,
        cast(null as boolean) as is_firearm_enabled,
        cast(null as boolean) as is_domestic
    from fires

),

unite_records as (

    select * from shape_offences
    union all
    select * from shape_health
    union all
    select * from shape_fires

),

place_records as (

    select
        unite_records.feed || ':' || unite_records.agency_record as event_record_id,
        unite_records.*,
        cast(floor(row_places.easting) as integer) as easting,
        cast(floor(row_places.northing) as integer) as northing,
        row_places.place_hexagon,
        row_places.place_lsoa_2021_code as lsoa_code,
        case when row_places.place_lsoa_2021_code is not null then 2021 end as lsoa_vintage,
        case when row_places.is_in_partnership then row_places.place_district_code end as district_code,
        case
            when row_places.is_in_partnership and row_places.easting is not null then 'square of 100 m'
            when row_places.is_in_partnership and row_places.place_lsoa_2021_code is not null then 'small area'
            when row_places.is_in_partnership then 'district'
            when row_places.easting is not null or row_places.place_lsoa_2021_code is not null
                then 'outside the partnership'
            else 'unknown'
        end as place_precision
    from unite_records
    left join row_places
        on
            unite_records.feed = row_places.feed
            and unite_records.month = row_places.month
            and unite_records.record_id = row_places.record_id

),

-- Where it was reported or treated stands in the record when nobody asked where it happened.

find_default_places as (

    select distinct place_records.event_record_id
    from place_records
    inner join default_places
        on
            place_records.agency = default_places.agency
            and abs(place_records.easting - default_places.easting) <= default_places.radius_metres
            and abs(place_records.northing - default_places.northing) <= default_places.radius_metres

),

mark_default_places as (

    select
        place_records.*,
        find_default_places.event_record_id is not null as is_default_place
    from place_records
    left join find_default_places on place_records.event_record_id = find_default_places.event_record_id

)

select * from mark_default_places
