{#- What one incident is called, after its gravest police crime, its best known time and its best known place. -#}
with incident_records as (

    select * from {{ ref('int_incident_records') }}
    where has_record_beside_fire

),

versions as (

    select * from {{ ref('int_definition_periods') }}
    where definition_id = 'SV_HIOW'

),

rank_records as (

    select
        *,
        row_number() over (
            partition by incident_id
            order by
                crimes desc,
                is_serious_violence desc,
                coalesce(harm_days, 0e0) desc,
                recorded_date asc,
                event_record_id asc
        ) as by_gravity,
        row_number() over (
            partition by incident_id
            order by
                -- By width. A range of less than 12 hours can tell the part of the day, which a call cannot.
                case
                    when occurred_precision = 'time' then 1
                    when
                        occurred_precision = 'between two times'
                        and coalesce(occurred_until, occurred_from) < occurred_from + interval '12' hour
                        then 2
                    when occurred_precision = 'before the call' then 3
                    when
                        occurred_precision = 'between two times'
                        and occurred_until <= occurred_from + interval '24' hour
                        then 4
                    when occurred_precision = 'day' then 5
                    when occurred_precision = 'before arrival' then 6
                    when occurred_precision = 'between two times' then 7
                    else 8
                end,
                case agency when 'police' then 1 when 'health' then 2 else 3 end,
                event_record_id
        ) as by_time,
        row_number() over (
            partition by incident_id
            order by
                -- A default place comes before none and before one beyond the partnership, after every other.
                case
                    when is_default_place then 2
                    when place_precision in ('square of 100 m', 'small area', 'district') then 1
                    else 3
                end,
                case place_precision
                    when 'square of 100 m' then 1 when 'small area' then 2 when 'district' then 3
                    when 'outside the partnership' then 4 else 5
                end,
                case agency when 'police' then 1 when 'health' then 2 else 3 end,
                event_record_id
        ) as by_place
    from incident_records

),

-- One row per person hurt: linked records of one person tell his age once, the force's own first.

rank_victims as (

    select
        incident_id,
        victim_id,
        victim_age,
        row_number() over (
            partition by incident_id, victim_id
            order by
                case when victim_age is null then 1 else 0 end,
                case agency when 'police' then 1 else 2 end,
                event_record_id
        ) as by_age
    from incident_records
    where has_victim

),

count_victims as (

    select
        incident_id,
        count(*) as victims,
        sum(case when victim_age < 25 then 1 else 0 end) as victims_under_25,
        sum(case when victim_age is null then 1 else 0 end) as victims_of_unknown_age,
        min(victim_age) as youngest_victim_age
    from rank_victims
    where by_age = 1
    group by incident_id

),

name_by_gravity as (

    select
        incident_id,
        offence_code,
        prc_code,
        kind,
        tier
    from rank_records
    where by_gravity = 1

),

name_by_time as (

    select
        incident_id,
        cast(coalesce(occurred_from, occurred_until) as date) as occurred_date,
        {{ known_hour('occurred_from', 'occurred_until', 'occurred_precision') }} as occurred_hour,
        {{ part_of_day('occurred_from', 'occurred_until', 'occurred_precision') }} as part_of_day,
        {{ is_weekend_night('occurred_from') }} as begins_in_a_weekend_night,
        occurred_precision
    from rank_records
    where by_time = 1

),

name_by_place as (

    select
        incident_id,
        case when district_code is null then 'unlocated' else coalesce(lsoa_code, 'unlocated') end as lsoa_code,
        coalesce(district_code, 'unlocated') as district_code,
        case when district_code is not null and not is_default_place then place_hexagon end as place_hexagon,
        place_precision
    from rank_records
    where by_place = 1

),

gather_records as (

    select
        incident_id,
        min(recorded_date) as recorded_date,
        max(case when is_serious_violence then 1 else 0 end) = 1 as is_serious_violence,
        max(case when is_serious_violence_excluding_possession then 1 else 0 end) = 1
            as is_serious_violence_excluding_possession,
        max(case when is_serious_youth_violence then 1 when not is_serious_youth_violence then 0 end) = 1
            as is_serious_youth_violence,
        max(case when is_homicide then 1 else 0 end) = 1 as is_homicide,
        max(case when is_homicide and not coalesce(is_domestic, false) then 1 else 0 end) = 1
            as is_non_domestic_homicide,
        max(case when is_knife_enabled then 1 when not is_knife_enabled then 0 end) = 1 as is_knife_enabled,
        min(
            case
                when is_knife_enabled and agency = 'police' then '1' || knife_method
                when is_knife_enabled then '2' || knife_method
                when not is_knife_enabled and agency = 'police' then '3' || knife_method
                when not is_knife_enabled then '4' || knife_method
                else '5not recorded'
            end
        ) as knife_method,
        max(case when is_ons_knife_offence and is_knife_enabled then 1 else 0 end) = 1 as is_ons_knife_enabled,
        max(case when is_firearm_enabled then 1 when not is_firearm_enabled then 0 end) = 1 as is_firearm_enabled,
        max(case when is_domestic then 1 when not is_domestic then 0 end) = 1 as is_domestic,
        max(case when is_public_place then 1 when not is_public_place then 0 end) = 1 as is_public_place,
        sum(crimes) as crimes,
        sum(case when is_serious_violence then crimes else 0 end) as serious_violence_crimes,
        sum(case when crimes = 1 then harm_days end) as harm_days,
        count(*) as records,
        sum(case when agency = 'police' then 1 else 0 end) as police_records,
        sum(case when feed = 'health__ambulance_incidents' then 1 else 0 end) as ambulance_records,
        sum(case when feed = 'health__emergency_attendances' then 1 else 0 end) as emergency_records,
        sum(case when feed = 'health__admissions' then 1 else 0 end) as admission_records,
        sum(case when agency = 'fire' then 1 else 0 end) as fire_records,
        count(distinct feed) as feeds,
        count(distinct upper_incident_id) as certain_incidents,
        min(lowest_link_probability) as lowest_link_probability
    from incident_records
    group by incident_id

),

shape_incidents as (

    select
        gathered.incident_id,
        by_time.occurred_date,
        by_time.occurred_hour,
        by_time.part_of_day,
        case when by_time.part_of_day <> 'unknown' then by_time.begins_in_a_weekend_night end as is_weekend_night,
        by_time.occurred_precision,
        gathered.recorded_date,
        {{ month_of('gathered.recorded_date') }} as month,
        {{ financial_year_of_month(month_of('gathered.recorded_date')) }} as financial_year,
        by_place.lsoa_code,
        2021 as lsoa_vintage,
        by_place.district_code,
        by_place.place_hexagon,
        by_place.place_precision,
        by_gravity.offence_code,
        by_gravity.prc_code,
        by_gravity.kind,
        case when gathered.is_serious_violence then by_gravity.tier end as tier,
        gathered.is_serious_violence,
        gathered.is_serious_violence_excluding_possession,
        gathered.is_knife_enabled,
        substr(gathered.knife_method, 2) as knife_method,
        gathered.is_ons_knife_enabled,
        gathered.is_firearm_enabled,
        gathered.is_domestic,
        gathered.is_public_place,
        gathered.is_serious_youth_violence,
        gathered.is_homicide,
        gathered.is_non_domestic_homicide,
        case
            when victims.victims_under_25 > 0 then true
            when victims.victims_of_unknown_age > 0 then null
            else false
        end as has_victim_under_25,
        cast(coalesce(victims.victims, 0) as integer) as victims,
        cast(coalesce(victims.victims_under_25, 0) as integer) as victims_under_25,
        cast(coalesce(victims.victims_of_unknown_age, 0) as integer) as victims_of_unknown_age,
        case when victims.victims > 0 then {{ age_key('victims.youngest_victim_age') }} end
            as youngest_victim_age_key,
        cast(gathered.crimes as integer) as crimes,
        cast(gathered.serious_violence_crimes as integer) as serious_violence_crimes,
        gathered.harm_days,
        gathered.police_records > 0 as is_known_to_police,
        cast(gathered.records as integer) as records,
        cast(gathered.police_records as integer) as police_records,
        cast(gathered.ambulance_records as integer) as ambulance_records,
        cast(gathered.emergency_records as integer) as emergency_records,
        cast(gathered.admission_records as integer) as admission_records,
        cast(gathered.fire_records as integer) as fire_records,
        case
            when gathered.feeds = 1 then 'one feed'
            when gathered.certain_incidents = 1 then 'certain'
            else 'probable'
        end as link_certainty,
        gathered.lowest_link_probability,
        versions.definition_version
    from gather_records as gathered
    inner join name_by_gravity as by_gravity on gathered.incident_id = by_gravity.incident_id
    inner join name_by_time as by_time on gathered.incident_id = by_time.incident_id
    inner join name_by_place as by_place on gathered.incident_id = by_place.incident_id
    left join count_victims as victims on gathered.incident_id = victims.incident_id
    inner join versions
        on
            gathered.recorded_date >= versions.valid_from
            and gathered.recorded_date < versions.valid_before

)

select * from shape_incidents
