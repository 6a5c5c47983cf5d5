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

shape_offences as (

    select
        'police' as agency,
        'police__offences' as feed,
        offences.month,
        offences.record_id,
        offences.crime_reference
        || case when crime_rows.row_of_crime > 1 then '/' || cast(crime_rows.row_of_crime as string) else '' end
            as agency_record,
        -- One for all rows of a crime: a victim with an occurrence of his own, or with none, would stand in an incident
        -- without the crime.
        coalesce(
            min({{ own_reference('offences.occurrence_reference') }}) over (partition by offences.crime_reference),
            offences.crime_reference
        ) as agency_incident,
        coalesce(offences.committed_from, offences.committed_to) as occurred_from,
        case
            when offences.committed_to > offences.committed_from then offences.committed_to
            else coalesce(offences.committed_from, offences.committed_to)
        end as occurred_until,
        case
            when coalesce(offences.committed_from, offences.committed_to) is null then 'unknown'
            when offences.committed_to > offences.committed_from then 'between two times'
            -- Midnight is what a form writes of whom no time was asked: 4 to 8 % of crimes, where one in 1,440 is due.
            when {{ is_midnight('coalesce(offences.committed_from, offences.committed_to)') }} then 'day'
            else 'time'
        end as occurred_precision,
        crimes.date_recorded as recorded_date,
        cast(crimes.date_reported as timestamp) as reported_at,
        crimes.location_type,
        crimes.is_public_place,
        case
            when crimes.prc_code in ('56A', '56B', '56') then 'fire'
            when offences.weapon_type in ('blade', 'firearm') then 'penetrating'
            when offences.weapon_type in ('blunt', 'corrosive', 'other') then 'other weapon'
            else 'assault'
        end as kind,
        nullif(offences.weapon_type, 'unknown') as weapon,
        nullif(offences.injury_level, 'unknown') as injury,
        -- A blank kind of victim is no business or state where a person is described, and a homicide kills a person.
        coalesce(
            offences.victim_type = 'person',
            crimes.is_homicide
            or offences.victim_pseudonym is not null
            or offences.victim_age is not null
            or offences.victim_sex in ('male', 'female')
        ) as has_victim,
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

take_columns as (

    select
        {{ event_record_columns(is_crime=true, untold=['residence_lsoa_code']) }}
    from shape_offences

)

select * from take_columns
