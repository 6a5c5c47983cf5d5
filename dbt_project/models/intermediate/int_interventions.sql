{#- One person's time on one programme, put together from its sessions, with whether the person came to an emergency
    department after an assault in the 183 days after the referral. -#}
{%- set days = 183 -%}
{#- What is told of the person once holds for all sessions: the first that tells it. -#}
{%- set told_once = [
    ('programme_code', 'programme_code'), ('provider_name', 'provider_name'), ('participant_age', 'age'),
    ('nullif(sex, \'unknown\')', 'sex'), ('residence_district_code', 'residence_district_code'),
    ('referral_source', 'referral_source')
] -%}

with sessions as (

    select * from {{ ref('stg_communities__interventions') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'communities__interventions'

),

attendances as (

    select * from {{ ref('int_health_attendance_rows') }}
    where row_status = 'assault' and patient_pseudonym is not null

),

feed_calendar as (

    select * from {{ ref('stg_pipeline__feed_calendar') }}
    where feed = 'health__emergency_attendances' and status = 'received'

),

unclassed_attendances as (

    select * from {{ ref('int_unclassed_attendances') }}

),

limits as (

    {{ completeness_limits(['unknown_code_percent', 'fewest_unknown_code_rows']) }}

),

person_records as (

    select * from {{ ref('stg_links__person_records') }}

),

find_newest_delivery as (

    {{ with_newest_delivery('sessions', 'deliveries', ['intervention_id', 'session_number']) }}

),

rank_sessions as (

    select
        *,
        row_number() over (
            partition by intervention_id order by month, session_number, record_id
        ) as from_first,
        row_number() over (
            partition by intervention_id order by month desc, session_number desc, record_id desc
        ) as from_last
    from find_newest_delivery
    where not is_superseded

),

gather_sessions as (

    select
        intervention_id,
        {% for column, name in told_once -%}
            {{ first_told(column, 'from_first') }} as {{ name }},
        {% endfor -%}
        min(coalesce(referred_on, session_date)) as referred_on,
        min(started_on) as started_on,
        max(case when from_last = 1 then ended_on end) as ended_on,
        max(case when from_last = 1 then status end) as status,
        max(case when from_last = 1 then exit_reason end) as exit_reason,
        max(sessions_offered) as sessions_offered,
        sum(case when is_attended then 1 else 0 end) as sessions_attended,
        sum(case when session_outcome = 'missed' then 1 else 0 end) as sessions_missed,
        max(participant_pseudonym) as participant_pseudonym,
        max(patient_pseudonym) as patient_pseudonym
    from rank_sessions
    group by intervention_id

),

judge_interventions as (

    select
        *,
        {{ person_key('programme_participant', ['participant_pseudonym']) }} as person_key,
        cast(referred_on + interval '{{ days }}' day as date) as followed_until,
        sessions_attended > 0 or status in ('accepted', 'active', 'completed', 'left early') as is_accepted,
        sessions_attended > 0 as is_engaged,
        coalesce(status = 'completed', false) as is_completed
    from gather_sessions

),

find_months_told as (

    -- A month of attendances nobody can class tells of no one that they stayed away.
    select feed_calendar.month
    from feed_calendar
    left join limits on limits.metric_id = 'M12'
    left join unclassed_attendances as attendances on feed_calendar.month = attendances.month
    where
        coalesce(
            not ({{ too_many_unknown_codes('attendances.unclassed_attendances', 'attendances.assaults') }}), true
        )

),

count_months_of_follow_up as (

    select
        judged.intervention_id,
        count(told.month) as months_received,
        max({{ months_before(month_of('judged.followed_until'), month_of('judged.referred_on')) }}) + 1 as months_needed
    from judge_interventions as judged
    left join find_months_told as told
        on told.month between {{ month_of('judged.referred_on') }} and {{ month_of('judged.followed_until') }}
    group by judged.intervention_id

),

find_returns as (

    select
        judged.intervention_id,
        count(*) as attendances
    from judge_interventions as judged
    inner join attendances
        on
            judged.patient_pseudonym = attendances.patient_pseudonym
            and judged.referred_on < attendances.arrival_date
            and judged.followed_until >= attendances.arrival_date
    group by judged.intervention_id

),

shape_interventions as (

    select
        judged.intervention_id,
        judged.programme_code,
        judged.provider_name,
        coalesce(person_records.person_id, judged.participant_pseudonym, judged.intervention_id) as person_id,
        judged.age,
        {{ victim_age_group('judged.age') }} as age_group,
        coalesce(judged.sex, 'unknown') as sex,
        judged.residence_district_code,
        judged.referral_source,
        judged.referred_on,
        {{ month_of('judged.referred_on') }} as month,
        {{ financial_year_of_month(month_of('judged.referred_on')) }} as financial_year,
        judged.started_on,
        judged.ended_on,
        judged.status,
        judged.exit_reason,
        cast(judged.sessions_offered as integer) as sessions_offered,
        cast(judged.sessions_attended as integer) as sessions_attended,
        cast(judged.sessions_missed as integer) as sessions_missed,
        judged.is_accepted,
        judged.is_engaged,
        judged.is_completed,
        judged.patient_pseudonym is not null as is_traceable,
        follow_up.months_received = follow_up.months_needed as is_followed_up,
        -- Nobody can be looked for without an NHS number, nor for longer than attendances were received.
        case
            when judged.patient_pseudonym is not null and follow_up.months_received = follow_up.months_needed
                then returns.attendances is not null
        end as has_reattended
    from judge_interventions as judged
    inner join count_months_of_follow_up as follow_up on judged.intervention_id = follow_up.intervention_id
    left join find_returns as returns on judged.intervention_id = returns.intervention_id
    left join person_records on judged.person_key = person_records.person_key

)

select * from shape_interventions
