{#- Residents of districts, police force areas and countries in the middle of a year, by the newest edition. -#}
with populations as (

    select * from {{ ref('stg_reference__area_populations') }}
    where
        sex = 'Total'
        -- Bands of several years of age, which the service offers too, would count their people twice.
        and age not like '% to %'
        and age not like '%-%'
        and (age like '%90%' or (age not like '%+' and age not like '% and over'))

),

rank_editions as (

    select
        *,
        row_number() over (
            partition by estimate_year, area_code, age
            order by edition desc, record_id asc
        ) as by_edition
    from populations

),

read_ages as (

    -- All ages together have none; the last, of 90 and over, is told by its youngest.
    select
        estimate_year,
        area_code,
        case when lower(age) <> 'all ages' then cast(regexp_extract(age, '([0-9]+)', 1) as integer) end as age,
        cast(residents as integer) as residents,
        edition,
        'mid-' || cast(estimate_year as string) || ' estimate, edition ' || cast(edition as string) as population
    from rank_editions
    where by_edition = 1

)

select * from read_ages
