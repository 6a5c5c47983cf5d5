{#- How old the victims of the crime are of which a police record tells: all records of one crime say the same. -#}
with event_records as (

    select * from {{ ref('int_event_records') }}
    where feed = 'police__offences'

),

crime_rows as (

    select
        month,
        record_id,
        crime_reference
    from {{ ref('int_police_crime_rows') }}
    where row_status <> 'superseded'

),

join_references as (

    select
        event_records.event_record_id,
        crime_rows.crime_reference,
        event_records.has_victim,
        event_records.victim_age
    from event_records
    inner join crime_rows
        on
            event_records.month = crime_rows.month
            and event_records.record_id = crime_rows.record_id

),

gather_victims as (

    select
        crime_reference,
        sum(case when has_victim then 1 else 0 end) as victims,
        sum(case when has_victim and victim_age is null then 1 else 0 end) as victims_of_unknown_age,
        min(case when has_victim then victim_age end) as youngest_victim_age
    from join_references
    group by crime_reference

),

name_ages as (

    select
        join_references.event_record_id,
        join_references.crime_reference,
        gather_victims.youngest_victim_age,
        case
            when gather_victims.victims = 0 then 'no person'
            when gather_victims.youngest_victim_age < 25 then 'under 25'
            when gather_victims.victims_of_unknown_age > 0 then 'unknown'
            else '25 and over'
        end as age_group_of_crime
    from join_references
    inner join gather_victims on join_references.crime_reference = gather_victims.crime_reference

)

select * from name_ages
