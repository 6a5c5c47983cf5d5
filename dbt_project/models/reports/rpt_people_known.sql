{#- M6. People by the set of agencies that know them in a year: everyone counts once, in one row. -#}
with person_rows as (

    select * from {{ ref('int_person_rows') }}
    where person_id is not null

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

people_years as (

    select * from {{ ref('int_people_years') }}

),

definitions as (

    select * from {{ ref('dim_definition') }}
    where definition_id = 'PEOPLE_KNOWN' and is_current

),

rank_ages as (

    -- The first record that tells an age; of one month the lower, which came first.
    select
        financial_year,
        person_id,
        age,
        row_number() over (
            partition by financial_year, person_id
            order by case when age is null then 1 else 0 end, month, age
        ) as from_first
    from person_rows

),

find_people as (

    select
        financial_year,
        person_id,
        age
    from rank_ages
    where from_first = 1

),

find_agencies as (

    select distinct
        financial_year,
        person_id,
        agency
    from person_rows

),

list_agencies as (

    select
        financial_year,
        person_id,
        {{ joined_text('agency', ', ', 'agency') }} as known_to,
        count(*) as agencies
    from find_agencies
    group by financial_year, person_id

),

count_people as (

    select
        find_people.financial_year,
        age_bands.age_band,
        list_agencies.known_to,
        cast(max(list_agencies.agencies) as integer) as agencies,
        cast(count(*) as integer) as people,
        cast(sum(case when find_people.age between 14 and 24 then 1 else 0 end) as integer) as people_aged_14_to_24
    from find_people
    inner join list_agencies
        on
            find_people.financial_year = list_agencies.financial_year
            and find_people.person_id = list_agencies.person_id
    inner join age_bands on {{ age_key('find_people.age') }} = age_bands.age_key
    group by find_people.financial_year, age_bands.age_band, list_agencies.known_to

),

shape_counts as (

    select
        count_people.financial_year,
        count_people.age_band,
        count_people.known_to,
        count_people.agencies,
        count_people.people,
        count_people.people_aged_14_to_24,
        people_years.is_complete,
        people_years.statement,
        definitions.definition_version,
        people_years.unknown_code_rows,
        people_years.records_of_nobody_known,
        people_years.quarantined_rows
    from count_people
    inner join people_years on count_people.financial_year = people_years.financial_year
    cross join definitions

)

select * from shape_counts
