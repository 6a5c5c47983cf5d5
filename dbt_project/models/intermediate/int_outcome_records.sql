{#- Which records the outcome metrics M1c to M5 and M7 count, with the month and age group, and the district of the
    scene of a crime or of the home of a patient or child. -#}
with event_records as (

    select * from {{ ref('int_event_records') }}
    where feed = 'police__offences'

),

crime_ages as (

    select * from {{ ref('int_crime_ages') }}

),

admissions as (

    select * from {{ ref('int_admission_rows') }}
    where row_status = 'assault' and substr(admission_method, 1, 1) = '2' and admission_method <> '2B'

),

disposals as (

    select * from {{ ref('stg_youth_justice__offences') }}
    where is_local and is_serious_youth_violence

),

residences as (

    select * from {{ ref('int_row_residences') }}
    where feed in ('health__admissions', 'youth_justice__offences')

),

describe_crimes as (

    select
        event_records.*,
        crime_ages.age_group_of_crime,
        {{ victim_age_group('event_records.victim_age') }} as age_group_of_victim,
        {{ month_of('event_records.recorded_date') }} as recorded_month
    from event_records
    inner join crime_ages on event_records.event_record_id = crime_ages.event_record_id

),

place_admissions as (

    select
        admissions.*,
        residences.residence_district_code,
        lag(admissions.admission_date) over (
            partition by
                admissions.patient_pseudonym,
                case when admissions.patient_pseudonym is null then admissions.record_id end
            order by admissions.admission_date, admissions.episode_start_date, admissions.record_id
        ) as previous_date,
        lag(admissions.provider_code) over (
            partition by
                admissions.patient_pseudonym,
                case when admissions.patient_pseudonym is null then admissions.record_id end
            order by admissions.admission_date, admissions.episode_start_date, admissions.record_id
        ) as previous_provider,
        (
            '|' || coalesce(admissions.external_cause, '')
            {% for number in range(1, 21) -%}
                || '|' || coalesce({{ "admissions.diagnosis_%02d" | format(number) }}, '')
            {% endfor -%}
        ) like '%|X99%' as is_sharp_object
    from admissions
    left join residences
        on
            residences.feed = 'health__admissions'
            and admissions.month = residences.month
            and admissions.record_id = residences.record_id
    -- Where somebody lives whose home is not known is not known to be elsewhere.
    where coalesce(residences.is_in_partnership, true)

),

count_admissions as (

    -- Another hospital on the same or the next day goes on with the same injury.
    select
        *,
        {{ victim_age_group('age_at_start') }} as age_group,
        {{ month_of('admission_date') }} as admission_month
    from place_admissions
    where
        previous_date is null
        or previous_provider = provider_code
        or {{ days_between('previous_date', 'admission_date') }} > 1

),

list_outcomes as (

    select
        'M1c' as metric_id,
        event_record_id as counted_id,
        crimes = 1 as is_counted,
        recorded_month as month,
        coalesce(district_code, 'unlocated') as district_code,
        cast(null as string) as residence_district_code,
        age_group_of_crime as age_group
    from describe_crimes
    where is_serious_violence_excluding_possession and is_public_place and not is_domestic
    union all
    select
        'M3' as metric_id,
        event_record_id as counted_id,
        crimes = 1 as is_counted,
        recorded_month as month,
        coalesce(district_code, 'unlocated') as district_code,
        null as residence_district_code,
        age_group_of_crime as age_group
    from describe_crimes
    where is_ons_knife_offence and is_knife_enabled
    union all
    select
        'M4' as metric_id,
        event_record_id as counted_id,
        true as is_counted,
        recorded_month as month,
        coalesce(district_code, 'unlocated') as district_code,
        null as residence_district_code,
        age_group_of_victim as age_group
    from describe_crimes
    where is_homicide and has_victim and not is_domestic
    union all
    select
        'M5' as metric_id,
        event_record_id as counted_id,
        crimes = 1 as is_counted,
        recorded_month as month,
        coalesce(district_code, 'unlocated') as district_code,
        null as residence_district_code,
        age_group_of_crime as age_group
    from describe_crimes
    where is_serious_violence and is_firearm_enabled
    union all
    select
        'M7a' as metric_id,
        event_record_id as counted_id,
        true as is_counted,
        recorded_month as month,
        coalesce(district_code, 'unlocated') as district_code,
        null as residence_district_code,
        age_group_of_victim as age_group
    from describe_crimes
    where is_serious_youth_violence
    union all
    select
        'M2' as metric_id,
        month || '|' || record_id as counted_id,
        true as is_counted,
        admission_month as month,
        null as district_code,
        coalesce(residence_district_code, 'unlocated') as residence_district_code,
        age_group
    from count_admissions
    where is_sharp_object
    union all
    select
        'M2b' as metric_id,
        month || '|' || record_id as counted_id,
        true as is_counted,
        admission_month as month,
        null as district_code,
        coalesce(residence_district_code, 'unlocated') as residence_district_code,
        age_group
    from count_admissions
    union all
    select
        'M7b' as metric_id,
        disposals.month || '|' || disposals.record_id as counted_id,
        true as is_counted,
        {{ month_of('disposals.outcome_date') }} as month,
        null as district_code,
        coalesce(residences.residence_district_code, 'unlocated') as residence_district_code,
        {{ victim_age_group('disposals.child_age') }} as age_group
    from disposals
    left join residences
        on
            residences.feed = 'youth_justice__offences'
            and disposals.month = residences.month
            and disposals.record_id = residences.record_id

)

select * from list_outcomes
