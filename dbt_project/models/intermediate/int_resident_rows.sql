{#- A view: the rows lie in bronze already. Homes carry no point: contracts drop addresses and postcodes. -#}
{{ config(materialized='view') }}

{%- set feeds_with_homes = [
    'health__emergency_attendances', 'health__admissions', 'youth_justice__offences', 'probation__supervised_people'
] -%}

with unite_rows as (

    {% for feed in feeds_with_homes -%}
        select
            '{{ feed }}' as feed,
            month,
            record_id,
            residence_lsoa_code
        from {{ ref('stg_' ~ feed) }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select * from unite_rows
