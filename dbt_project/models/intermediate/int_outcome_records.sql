{#- Which records the outcome metrics M1c to M5 and M7 count, with the month and age group, and the district of the
    scene of a crime or of the home of a patient or child. -#}
{#- Each crime counts once, in the first of its records (crimes = 1); a victim in every record. -#}
{%- set of_crimes = [
    ('M1c', 'crimes = 1', 'age_group_of_crime',
        'is_serious_violence_excluding_possession and is_public_place and not is_domestic'),
    ('M3', 'crimes = 1', 'age_group_of_crime', 'is_ons_knife_offence and is_knife_enabled'),
    ('M4', 'true', 'age_group_of_victim', 'is_homicide and has_victim and not is_domestic'),
    ('M5', 'crimes = 1', 'age_group_of_crime', 'is_serious_violence and is_firearm_enabled'),
    ('M7a', 'true', 'age_group_of_victim', 'is_serious_youth_violence'),
] -%}
{%- set of_admissions = [('M2', 'is_sharp_object'), ('M2b', 'true')] -%}
{#- The stays of a patient in order; a stay without a number is one of its own. -#}
{%- set by_stay -%}
    partition by
        admissions.patient_pseudonym,
        case when admissions.patient_pseudonym is null then admissions.record_id end
    order by admissions.admission_date, admissions.episode_start_date, admissions.record_id
{%- endset %}

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
        lag(admissions.admission_date) over ({{ by_stay }}) as previous_date,
        lag(admissions.provider_code) over ({{ by_stay }}) as previous_provider,
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

    {% for metric_id, is_counted, age_group, condition in of_crimes -%}
        select
            '{{ metric_id }}' as metric_id,
            event_record_id as counted_id,
            {{ is_counted }} as is_counted,
            recorded_month as month,
            coalesce(district_code, 'unlocated') as district_code,
            cast(null as string) as residence_district_code,
            {{ age_group }} as age_group,
            victim_age as age
        from describe_crimes
        where {{ condition }}
        union all
    {% endfor -%}
    {% for metric_id, condition in of_admissions -%}
        select
            '{{ metric_id }}' as metric_id,
            month || '|' || record_id as counted_id,
            true as is_counted,
            admission_month as month,
            null as district_code,
            coalesce(residence_district_code, 'unlocated') as residence_district_code,
            age_group,
            age_at_start as age
        from count_admissions
        where {{ condition }}
        union all
    {% endfor -%}
    select
        'M7b' as metric_id,
        disposals.month || '|' || disposals.record_id as counted_id,
        true as is_counted,
        {{ month_of('disposals.outcome_date') }} as month,
        null as district_code,
        coalesce(residences.residence_district_code, 'unlocated') as residence_district_code,
        {{ victim_age_group('disposals.child_age') }} as age_group,
        disposals.child_age as age
    from disposals
    left join residences
        on
            residences.feed = 'youth_justice__offences'
            and disposals.month = residences.month
            and disposals.record_id = residences.record_id

)

select * from list_outcomes
