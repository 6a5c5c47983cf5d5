{#- Whole years at the event: 24 on the day before the birthday, 25 on it. An unknown age is a row of its own. -#}
with age_bands as (

    select * from {{ ref('age_bands') }}

),

list_digits as (

    select digits.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digits (digit)

),

list_ages as (

    select 100 * hundreds.digit + 10 * tens.digit + ones.digit as age
    from list_digits as hundreds
    cross join list_digits as tens
    cross join list_digits as ones
    where hundreds.digit < 2

),

band_ages as (

    select
        cast(list_ages.age as string) as age_key,
        list_ages.age,
        age_bands.age_band,
        list_ages.age < 25 as is_under_25,
        list_ages.age between 14 and 24 as is_14_to_24
    from list_ages
    inner join age_bands on list_ages.age between age_bands.first_age and age_bands.last_age
    union all
    select
        'unknown' as age_key,
        cast(null as integer) as age,
        'unknown' as age_band,
        cast(null as boolean) as is_under_25,
        cast(null as boolean) as is_14_to_24

)

select * from band_ages
