{#- Residents of districts, police force areas and countries in the middle of a year, by the newest edition. -#}
with populations as (

    select * from {{ ref('stg_reference__area_populations') }}
    where sex = 'Total'

),

read_labels as (

    -- Only these labels are read; bands of several years, which the service offers too, would count their people twice.
    select
        *,
        lower(trim(age)) = 'all ages' as is_all_ages,
        case
            when regexp_extract(lower(trim(age)), '^aged? (90 and over|90[+])$', 1) <> '' then 90
            else cast(nullif(regexp_extract(lower(trim(age)), '^aged? ([0-8]?[0-9])$', 1), '') as integer)
        end as single_age
    from populations

),

rank_editions as (

    -- By the age that is read, since editions write one age differently.
    select
        *,
        row_number() over (
            partition by estimate_year, area_code, single_age
            order by edition desc, record_id asc
        ) as by_edition
    from read_labels
    where is_all_ages or single_age is not null

),

shape_residents as (

    -- All ages together have none; the last, of 90 and over, is told by its youngest.
    select
        estimate_year,
        area_code,
        single_age as age,
        cast(residents as integer) as residents,
        edition,
        'mid-' || cast(estimate_year as string) || ' estimate, edition ' || cast(edition as string) as population
    from rank_editions
    where by_edition = 1

)

select * from shape_residents
