{#- Every record that tells of a person in the sense of PEOPLE_KNOWN, with the person behind it. Who is
    restricted, or has no number, has no key. -#}

with event_records as (

    select * from {{ ref('int_event_records') }}
    where has_victim and agency in ('police', 'health')

),

crime_records as (

    select distinct
        month,
        record_id
    from {{ ref('int_event_records') }}
    where feed = 'police__offences'

),

offences as (

    select * from {{ ref('stg_police__offences') }}

),

supervised as (

    select * from {{ ref('stg_probation__supervised_people') }}
    where not is_soft_deleted

),

sentences as (

    select * from {{ ref('stg_probation__sentenced_offences') }}

),

disposals as (

    select * from {{ ref('stg_youth_justice__offences') }}
    where is_local

),

suspensions as (

    select * from {{ ref('stg_local_authorities__suspensions') }}

),

children_in_need as (

    select * from {{ ref('stg_local_authorities__children_in_need') }}

),

sessions as (

    select * from {{ ref('stg_communities__interventions') }}

),

person_records as (

    select * from {{ ref('stg_links__person_records') }}

),

unite_rows as (

    select
        feed,
        agency,
        case agency when 'police' then 'victim' else 'patient' end as role,
        month,
        record_id,
        pseudonym_kind || '|' || pseudonym as person_key,
        victim_age as age
    from event_records
    union all
    select
        'police__offences' as feed,
        'police' as agency,
        'suspect' as role,
        offences.month,
        offences.record_id,
        {{ person_key('police_person', ['offences.suspect_pseudonym']) }} as person_key,
        offences.suspect_age as age
    from offences
    inner join crime_records
        on
            offences.month = crime_records.month
            and offences.record_id = crime_records.record_id
    where offences.suspect_pseudonym is not null or offences.suspect_age is not null
    union all
    select
        'probation__supervised_people' as feed,
        'probation' as agency,
        'supervised' as role,
        month,
        record_id,
        case
            when not is_restricted and not is_excluded and not is_limited_access
                then {{ person_key('crn', ['person_pseudonym']) }}
        end as person_key,
        person_age as age
    from supervised
    union all
    select
        'probation__sentenced_offences' as feed,
        'probation' as agency,
        'sentenced' as role,
        month,
        record_id,
        case
            when not is_restricted and not is_excluded and not is_limited_access
                then {{ person_key('crn', ['person_pseudonym']) }}
        end as person_key,
        person_age as age
    from sentences
    union all
    select
        'youth_justice__offences' as feed,
        'youth justice' as agency,
        'child with an offence' as role,
        month,
        record_id,
        {{ person_key('yjs_child', ['yjs_code', 'child_pseudonym']) }} as person_key,
        child_age as age
    from disposals
    union all
    select
        'local_authorities__suspensions' as feed,
        'schools' as agency,
        'suspended' as role,
        month,
        record_id,
        {{ person_key('upn', ['pupil_pseudonym']) }} as person_key,
        pupil_age as age
    from suspensions
    union all
    select
        'local_authorities__children_in_need' as feed,
        'social care' as agency,
        'child in need' as role,
        cast(edition as string) || '-03' as month,
        record_id,
        {{ person_key('la_child', ['authority_code', 'child_pseudonym']) }} as person_key,
        child_age as age
    from children_in_need
    union all
    select
        'communities__interventions' as feed,
        'programmes' as agency,
        'participant' as role,
        month,
        record_id,
        {{ person_key('programme_participant', ['participant_pseudonym']) }} as person_key,
        participant_age as age
    from sessions

),

find_people as (

    select
        unite_rows.*,
        {{ financial_year_of_month('unite_rows.month') }} as financial_year,
        person_records.person_id
    from unite_rows
    left join person_records on unite_rows.person_key = person_records.person_key

)

select * from find_people
