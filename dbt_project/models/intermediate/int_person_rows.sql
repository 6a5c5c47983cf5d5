{#- Every record that tells of a person in the sense of PEOPLE_KNOWN, with the person behind it. Who is
    restricted, or has no number, has no key. -#}

with read_event_records as (

    select * from {{ ref('int_event_records') }}
    where has_victim and agency in ('police', 'health')

),

read_crime_records as (

    select distinct
        month,
        record_id
    from {{ ref('int_event_records') }}
    where feed = 'police__offences'

),

read_offences as (

    select * from {{ ref('stg_police__offences') }}

),

read_supervised as (

    select * from {{ ref('stg_probation__supervised_people') }}
    where not is_soft_deleted

),

read_sentences as (

    select * from {{ ref('stg_probation__sentenced_offences') }}

),

read_disposals as (

    select * from {{ ref('stg_youth_justice__offences') }}
    where is_local

),

read_suspensions as (

    select * from {{ ref('stg_local_authorities__suspensions') }}

),

read_children_in_need as (

    select * from {{ ref('stg_local_authorities__children_in_need') }}

),

read_sessions as (

    select * from {{ ref('stg_communities__interventions') }}

),

read_person_records as (

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
    from read_event_records
    union all
    select
        'police__offences' as feed,
        'police' as agency,
        'suspect' as role,
        read_offences.month,
        read_offences.record_id,
        {{ person_key('police_person', ['read_offences.suspect_pseudonym']) }} as person_key,
        read_offences.suspect_age as age
    from read_offences
    inner join read_crime_records
        on
            read_offences.month = read_crime_records.month
            and read_offences.record_id = read_crime_records.record_id
    where read_offences.suspect_pseudonym is not null or read_offences.suspect_age is not null
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
    from read_supervised
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
    from read_sentences
    union all
    select
        'youth_justice__offences' as feed,
        'youth justice' as agency,
        'child with an offence' as role,
        month,
        record_id,
        {{ person_key('yjs_child', ['yjs_code', 'child_pseudonym']) }} as person_key,
        child_age as age
    from read_disposals
    union all
    select
        'local_authorities__suspensions' as feed,
        'schools' as agency,
        'suspended' as role,
        month,
        record_id,
        {{ person_key('upn', ['pupil_pseudonym']) }} as person_key,
        pupil_age as age
    from read_suspensions
    union all
    select
        'local_authorities__children_in_need' as feed,
        'social care' as agency,
        'child in need' as role,
        cast(edition as string) || '-03' as month,
        record_id,
        {{ person_key('la_child', ['authority_code', 'child_pseudonym']) }} as person_key,
        child_age as age
    from read_children_in_need
    union all
    select
        'communities__interventions' as feed,
        'programmes' as agency,
        'participant' as role,
        month,
        record_id,
        {{ person_key('programme_participant', ['participant_pseudonym']) }} as person_key,
        participant_age as age
    from read_sessions

),

find_people as (

    select
        unite_rows.*,
        {{ financial_year_of_month('unite_rows.month') }} as financial_year,
        read_person_records.person_id
    from unite_rows
    left join read_person_records on unite_rows.person_key = read_person_records.person_key

)

select * from find_people
