with read_census_age_sex as (

    select * from {{ source('reference', 'census_age_sex') }}

),

type_columns as (

    select
        record_id,
        district_code,
        total_population,
        total_females,
        total_males,
        younger_females,
        working_age_females,
        older_females,
        younger_males,
        working_age_males,
        older_males,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_census_age_sex

)

select * from type_columns
