{#- A roster with dates, so that an agency that joins in April changes nothing that was said of March. -#}
with read_roster as (

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
    from read_roster

)

select * from shape_agencies
order by agency_id
