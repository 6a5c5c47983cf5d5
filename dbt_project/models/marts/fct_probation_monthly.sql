with people as (

    select * from {{ ref('stg_probation__supervised_people') }}
    where not is_soft_deleted

),

sentences as (

    select * from {{ ref('stg_probation__sentenced_offences') }}

),

residences as (

    select * from {{ ref('int_row_residences') }}
    where feed = 'probation__supervised_people'

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

list_rows as (

    select
        people.month,
        coalesce(residences.residence_district_code, 'unlocated') as residence_district_code,
        age_bands.age_band,
        people.sex,
        1 as is_supervised,
        case when people.risk_of_serious_harm in ('high', 'very high') then 1 else 0 end as is_high_risk,
        case when people.is_on_gang_register then 1 else 0 end as is_on_gang_register,
        case when people.is_in_breach then 1 else 0 end as is_in_breach,
        0 as is_sentenced,
        0 as is_custodial
    from people
    inner join age_bands on {{ age_key('people.person_age') }} = age_bands.age_key
    left join residences on people.month = residences.month and people.record_id = residences.record_id
    union all
    select
        sentences.month,
        'unlocated' as residence_district_code,
        age_bands.age_band,
        sentences.sex,
        0 as is_supervised,
        0 as is_high_risk,
        0 as is_on_gang_register,
        0 as is_in_breach,
        1 as is_sentenced,
        case when sentences.is_custodial then 1 else 0 end as is_custodial
    from sentences
    inner join age_bands on {{ age_key('sentences.person_age') }} = age_bands.age_key

),

count_months as (

    select
        month,
        {{ financial_year_of_month('month') }} as financial_year,
        residence_district_code,
        age_band,
        sex,
        cast(sum(is_supervised) as integer) as people_supervised,
        cast(sum(is_high_risk) as integer) as people_of_high_risk,
        cast(sum(is_on_gang_register) as integer) as people_on_gang_register,
        cast(sum(is_in_breach) as integer) as people_in_breach,
        cast(sum(is_sentenced) as integer) as offences_sentenced,
        cast(sum(is_custodial) as integer) as offences_with_custody
    from list_rows
    group by month, residence_district_code, age_band, sex

)

select * from count_months
