{%- set ages = range(91) -%}

with read_population as (

    select * from {{ source('reference', 'population') }}

),

turn_ages_into_rows as (

    select * from read_population
    unpivot (
        residents for age_column in (
            {% for age in ages -%}
                age_{{ age }}{% if not loop.last %},{% endif %}
            {% endfor -%}
        )
    )

),

type_columns as (

    select
        lsoa_code,
        lsoa_name,
        cast(replace(age_column, 'age_', '') as integer) as age,
        residents,
        delivery_id,
        cast(edition as integer) as edition
    from turn_ages_into_rows

)

select * from type_columns
