with row_statuses as (

    select
        month,
        record_id,
        row_status
    from {{ ref('int_police_crime_rows') }}
    where row_status <> 'superseded'

),

offences as (

    select * from {{ ref('stg_police__offences') }}

),

offence_codes as (

    select * from {{ ref('int_offence_codes') }}

),

location_types as (

    select * from {{ ref('location_types') }}

),

join_row_statuses as (

    select
        offences.crime_reference,
        offences.month,
        offences.date_reported,
        offences.date_recorded,
        offences.crime_status,
        offences.offence_code,
        offences.location_type,
        offences.weapon_type,
        offences.is_domestic,
        offences.delivery_id,
        row_statuses.row_status
    from offences
    inner join row_statuses
        on offences.month = row_statuses.month and offences.record_id = row_statuses.record_id

),

find_features as (

    select
        crime_reference,
        max(case when weapon_type = 'blade' then 1 when weapon_type <> 'unknown' then 0 end) = 1 as is_knife_enabled,
        max(case when weapon_type = 'firearm' then 1 when weapon_type <> 'unknown' then 0 end) = 1
            as is_firearm_enabled,
        max(case when is_domestic then 1 else 0 end) = 1 as is_domestic
    from join_row_statuses
    group by crime_reference

),

take_leading_rows as (

    select * from join_row_statuses
    where row_status = 'leading'

),

classify_crimes as (

    select
        crimes.crime_reference,
        crimes.month,
        crimes.date_reported,
        crimes.date_recorded,
        crimes.crime_status,
        crimes.offence_code,
        coalesce(by_code.prc_code, by_class.prc_code) as prc_code,
        coalesce(by_code.title, by_class.title) as offence_title,
        coalesce(by_code.offence_group, by_class.offence_group) as offence_group,
        coalesce(by_code.tier, by_class.tier) as tier,
        coalesce(by_code.match_level, by_class.match_level, 'unknown') as match_level,
        coalesce(by_code.is_serious_violence, by_class.is_serious_violence, false) as is_serious_violence,
        coalesce(
            by_code.is_serious_violence_excluding_possession,
            by_class.is_serious_violence_excluding_possession,
            false
        ) as is_serious_violence_excluding_possession,
        coalesce(by_code.evidences_violence, by_class.evidences_violence, false) as evidences_violence,
        coalesce(by_code.is_homicide, by_class.is_homicide, false) as is_homicide,
        coalesce(by_code.is_ons_knife_offence, by_class.is_ons_knife_offence, false) as is_ons_knife_offence,
        coalesce(by_code.is_youth_violence_offence, by_class.is_youth_violence_offence, false)
            as is_youth_violence_offence,
        coalesce(by_code.needs_weapon_for_youth_violence, by_class.needs_weapon_for_youth_violence, false)
            as needs_weapon_for_youth_violence,
        coalesce(by_code.harm_days, by_class.harm_days) as harm_days,
        crimes.location_type,
        location_types.is_public as is_public_place,
        features.is_knife_enabled,
        features.is_firearm_enabled,
        features.is_domestic,
        crimes.delivery_id
    from take_leading_rows as crimes
    inner join find_features as features on crimes.crime_reference = features.crime_reference
    left join offence_codes as by_code
        on
            crimes.offence_code = by_code.offence_code
            and by_code.match_level = 'code'
            and crimes.date_recorded >= by_code.valid_from
            and crimes.date_recorded < by_code.valid_before
    left join offence_codes as by_class
        on
            substr(crimes.offence_code, 1, 3) = by_class.offence_code
            and by_class.match_level = 'class'
            and crimes.date_recorded >= by_class.valid_from
            and crimes.date_recorded < by_class.valid_before
    left join location_types on crimes.location_type = location_types.location_type

)

select * from classify_crimes
