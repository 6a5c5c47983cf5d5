with read_standings as (

    select
        month,
        record_id,
        standing
    from {{ ref('int_police_crime_rows') }}
    where standing <> 'superseded'

),

read_offences as (

    select * from {{ ref('stg_police__offences') }}

),

read_codes as (

    select * from {{ ref('int_offence_codes') }}

),

read_places as (

    select * from {{ ref('int_places') }}

),

read_location_types as (

    select * from {{ ref('location_types') }}

),

join_standings as (

    select
        read_offences.*,
        read_standings.standing
    from read_offences
    inner join read_standings
        on read_offences.month = read_standings.month and read_offences.record_id = read_standings.record_id

),

count_victims as (

    select
        crime_reference,
        sum(case when victim_type = 'person' then 1 else 0 end) as victims,
        sum(case when victim_type = 'person' and victim_age < 25 then 1 else 0 end) as victims_under_25,
        sum(case when victim_type = 'person' and victim_age is null then 1 else 0 end) as victims_of_unknown_age,
        max(
            case injury_level
                when 'fatal' then 4 when 'serious' then 3 when 'minor' then 2 when 'none' then 1
            end
        ) as worst_injury,
        max(
            case weapon_type
                when 'firearm' then 6 when 'blade' then 5 when 'corrosive' then 4
                when 'blunt' then 3 when 'other' then 2 when 'none' then 1
            end
        ) as worst_weapon,
        max(case when weapon_type = 'blade' then 1 when weapon_type <> 'unknown' then 0 end) = 1 as is_knife_enabled,
        max(case when weapon_type = 'firearm' then 1 when weapon_type <> 'unknown' then 0 end) = 1
            as is_firearm_enabled,
        max(case when is_domestic then 1 else 0 end) = 1 as is_domestic
    from join_standings
    group by crime_reference

),

take_leading_rows as (

    select * from join_standings
    where standing = 'leading'

),

classify_crimes as (

    select
        crimes.crime_reference,
        crimes.occurrence_reference,
        crimes.month,
        crimes.date_reported,
        crimes.date_recorded,
        crimes.committed_from,
        crimes.committed_to,
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
        coalesce(by_code.harm_days, by_class.harm_days) as harm_days,
        crimes.easting,
        crimes.northing,
        places.lsoa_code,
        places.lsoa_vintage,
        places.district_code,
        case
            when crimes.easting is null or crimes.northing is null then 'no coordinates'
            when places.district_code is null then 'outside the partnership'
            else 'square of 100 m'
        end as place_precision,
        crimes.location_type,
        location_types.is_public as is_public_place,
        case victims.worst_injury
            when 4 then 'fatal' when 3 then 'serious' when 2 then 'minor' when 1 then 'none'
        end as injury,
        case victims.worst_weapon
            when 6 then 'firearm' when 5 then 'blade' when 4 then 'corrosive'
            when 3 then 'blunt' when 2 then 'other' when 1 then 'none'
        end as weapon,
        victims.is_knife_enabled,
        victims.is_firearm_enabled,
        victims.is_domestic,
        crimes.victim_age,
        crimes.victim_sex,
        crimes.victim_pseudonym,
        victims.victims,
        victims.victims_under_25,
        victims.victims_of_unknown_age,
        crimes.delivery_id
    from take_leading_rows as crimes
    inner join count_victims as victims on crimes.crime_reference = victims.crime_reference
    left join read_codes as by_code
        on crimes.offence_code = by_code.offence_code and by_code.match_level = 'code'
    left join read_codes as by_class
        on substr(crimes.offence_code, 1, 3) = by_class.offence_code and by_class.match_level = 'class'
    left join read_places as places
        on
            cast(floor(crimes.easting / 100e0) as integer) = places.easting_100m
            and cast(floor(crimes.northing / 100e0) as integer) = places.northing_100m
    left join read_location_types as location_types on crimes.location_type = location_types.location_type

)

select * from classify_crimes
