{#- A roster with dates, so that an agency that joins in April changes nothing that was said of March. -#}
with partnership_agencies as (

    select * from {{ ref('partnership_agencies') }}

),

shape_agencies as (

    select
        agency_id,
        agency_name,
        sector,
        feed_agency,
        joined_on,
        left_on,
        left_on is null as is_member_now,
        evidence,
        source
    from partnership_agencies

)

select * from shape_agencies
