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
{%- set of_admissions = [('M2', 'is_sharp_injury'), ('M2b', 'true')] -%}
{%- set of_doubtful = [
    ('M2', 'is_sharp_injury and not is_counted_already_as_sharp'),
    ('M2b', 'not is_counted_already'),
] -%}
{#- A stay without a number is that of a patient of its own. -#}
{%- set of_patient = 'patient_pseudonym, case when patient_pseudonym is null then record_id end' -%}
{%- set by_stay -%}
    partition by {{ of_patient }}
    order by admission_date, episode_start_date, record_id
{%- endset %}

{%- set of_stay -%}
    partition by {{ of_patient }}, stay_of_patient
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
    where row_status = 'assault'

),

admission_methods as (

    select * from {{ ref('admission_methods') }}

),

disposals as (

    select * from {{ ref('stg_youth_justice__offences') }}
    where is_local

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
        coalesce(admission_methods.admission_kind = 'emergency', false) as is_emergency,
        admission_methods.admission_kind is null as is_of_unknown_method,
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
    left join admission_methods on upper(admissions.admission_method) = admission_methods.admission_method
    -- Where somebody lives whose home is not known is not known to be elsewhere.
    where coalesce(residences.is_in_partnership, true)

),

order_stays as (

    select
        *,
        lag(admission_date) over ({{ by_stay }}) as previous_date,
        lag(provider_code) over ({{ by_stay }}) as previous_provider
    from place_admissions
    where is_emergency

),

mark_transfers as (

    -- Another hospital on the same or the next day goes on with the same injury; who is not named is no other one.
    select
        *,
        coalesce(
            {{ days_between('previous_date', 'admission_date') }} <= 1
            and coalesce(previous_provider, provider_code, '') <> coalesce(provider_code, previous_provider, ''),
            false
        ) as is_transfer
    from order_stays

),

number_injuries as (

    select
        *,
        sum(case when is_transfer then 0 else 1 end) over (
            {{ by_stay }}
            rows between unbounded preceding and current row
        ) as injury_of_patient
    from mark_transfers

),

find_sharp_injuries as (

    -- What cut the patient may be told by the hospital that treated, and not by the one that sent on.
    select
        *,
        max(case when is_sharp_object then 1 else 0 end) over (
            partition by {{ of_patient }}, injury_of_patient
        ) = 1 as is_sharp_injury
    from number_injuries

),

count_admissions as (

    select
        *,
        {{ victim_age_group('age_at_start') }} as age_group,
        {{ month_of('admission_date') }} as admission_month
    from find_sharp_injuries
    where not is_transfer

),

near_counted_stays as (

    -- Of a patient who was admitted as an emergency on the same day or the day beside it, the injury counts already.
    select
        place_admissions.month,
        place_admissions.record_id,
        max(case when find_sharp_injuries.is_sharp_injury then 1 else 0 end) = 1 as is_counted_as_sharp
    from place_admissions
    inner join find_sharp_injuries
        on
            place_admissions.patient_pseudonym = find_sharp_injuries.patient_pseudonym
            and {{ days_between('find_sharp_injuries.admission_date', 'place_admissions.admission_date') }}
            between -1 and 1
    where place_admissions.is_of_unknown_method
    group by place_admissions.month, place_admissions.record_id

),

mark_doubtful as (

    select
        place_admissions.*,
        near_counted_stays.record_id is not null as is_counted,
        coalesce(near_counted_stays.is_counted_as_sharp, false) as is_counted_as_sharp
    from place_admissions
    left join near_counted_stays
        on
            place_admissions.month = near_counted_stays.month
            and place_admissions.record_id = near_counted_stays.record_id
    where place_admissions.is_of_unknown_method

),

order_doubtful as (

    select
        *,
        lag(admission_date) over ({{ by_stay }}) as previous_date
    from mark_doubtful

),

number_doubtful as (

    select
        *,
        sum(case when {{ days_between('previous_date', 'admission_date') }} <= 1 then 0 else 1 end) over (
            {{ by_stay }}
            rows between unbounded preceding and current row
        ) as stay_of_patient
    from order_doubtful

),

rank_doubtful as (

    select
        *,
        {{ month_of('admission_date') }} as admission_month,
        max(case when is_sharp_object then 1 else 0 end) over ({{ of_stay }}) = 1 as is_sharp_injury,
        max(case when is_counted then 1 else 0 end) over ({{ of_stay }}) = 1 as is_counted_already,
        max(case when is_counted_as_sharp then 1 else 0 end) over ({{ of_stay }}) = 1 as is_counted_already_as_sharp,
        row_number() over (
            {{ of_stay }}
            order by admission_date, episode_start_date, record_id
        ) as record_of_stay
    from number_doubtful

),

rank_disposals as (

    -- An offence that has several outcomes, as after a breach or an appeal, is one offence: at its first.
    select
        *,
        row_number() over (
            partition by
                yjs_code, child_pseudonym, offence_id,
                case when child_pseudonym is null or offence_id is null then record_id end
            order by outcome_date, record_id
        ) as outcome_of_offence
    from disposals

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
    -- Whether a patient came as an emergency is not known of these: nobody can tell whether the stay counts.
    {% for metric_id, condition in of_doubtful -%}
        select
            '{{ metric_id }}' as metric_id,
            month || '|' || record_id as counted_id,
            cast(null as boolean) as is_counted,
            admission_month as month,
            null as district_code,
            coalesce(residence_district_code, 'unlocated') as residence_district_code,
            {{ victim_age_group('age_at_start') }} as age_group,
            age_at_start as age
        from rank_doubtful
        where record_of_stay = 1 and {{ condition }}
        union all
    {% endfor -%}
    select
        'M7b' as metric_id,
        disposals.month || '|' || disposals.record_id as counted_id,
        disposals.is_serious_youth_violence as is_counted,
        {{ month_of('disposals.outcome_date') }} as month,
        null as district_code,
        coalesce(residences.residence_district_code, 'unlocated') as residence_district_code,
        {{ victim_age_group('disposals.child_age') }} as age_group,
        disposals.child_age as age
    from rank_disposals as disposals
    left join residences
        on
            residences.feed = 'youth_justice__offences'
            and disposals.month = residences.month
            and disposals.record_id = residences.record_id
    where disposals.outcome_of_offence = 1 and coalesce(disposals.is_serious_youth_violence, true)

)

select * from list_outcomes
