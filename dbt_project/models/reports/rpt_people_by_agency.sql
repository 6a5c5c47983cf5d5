{#- M6. People each agency knows, by what it knows them as, beside the records it holds of them. -#}
with person_rows as (

    select * from {{ ref('int_person_rows') }}

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

people_years as (

    select * from {{ ref('int_people_years') }}

),

-- A person counts once for an agency and role, at the age of the year's first record of them there.

rank_rows as (

    select
        *,
        row_number() over (
            partition by financial_year, agency, role, person_id
            order by case when age is null then 1 else 0 end, age, feed, month, record_id
        ) as by_age
    from person_rows
    where person_id is not null

),

count_people as (

    select
        rank_rows.financial_year,
        rank_rows.agency,
        rank_rows.role,
        age_bands.age_band,
        cast(count(*) as integer) as people,
        cast(sum(case when rank_rows.age between 14 and 24 then 1 else 0 end) as integer) as people_aged_14_to_24
    from rank_rows
    inner join age_bands on {{ age_key('rank_rows.age') }} = age_bands.age_key
    where rank_rows.by_age = 1
    group by rank_rows.financial_year, rank_rows.agency, rank_rows.role, age_bands.age_band

),

count_records as (

    select
        person_rows.financial_year,
        person_rows.agency,
        person_rows.role,
        age_bands.age_band,
        cast(count(*) as integer) as records,
        cast(sum(case when person_rows.person_id is null then 1 else 0 end) as integer) as records_of_nobody_known
    from person_rows
    inner join age_bands on {{ age_key('person_rows.age') }} = age_bands.age_key
    group by person_rows.financial_year, person_rows.agency, person_rows.role, age_bands.age_band

),

shape_counts as (

    select
        count_records.financial_year,
        count_records.agency,
        count_records.role,
        count_records.age_band,
        coalesce(count_people.people, 0) as people,
        coalesce(count_people.people_aged_14_to_24, 0) as people_aged_14_to_24,
        count_records.records,
        count_records.records_of_nobody_known,
        people_years.is_complete,
        people_years.statement,
        people_years.unknown_code_rows,
        people_years.quarantined_rows
    from count_records
    left join count_people
        on
            count_records.financial_year = count_people.financial_year
            and count_records.agency = count_people.agency
            and count_records.role = count_people.role
            and count_records.age_band = count_people.age_band
    inner join people_years on count_records.financial_year = people_years.financial_year

)

select * from shape_counts
