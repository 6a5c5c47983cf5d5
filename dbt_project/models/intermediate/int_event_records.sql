{%- set feeds = ['police_offences', 'emergency_attendances', 'ambulance_incidents', 'admissions', 'fires'] -%}

with row_places as (

    select * from {{ ref('int_row_places') }}

),

default_places as (

    select * from {{ ref('default_places') }}

),

unite_records as (

    {% for feed in feeds -%}
        select * from {{ ref('int_event_records__' ~ feed) }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

place_records as (

    select
        unite_records.feed || ':' || unite_records.agency_record as event_record_id,
        unite_records.*,
        cast(floor(row_places.easting) as integer) as easting,
        cast(floor(row_places.northing) as integer) as northing,
        row_places.place_hexagon,
        row_places.place_lsoa_2021_code as lsoa_code,
        case when row_places.place_lsoa_2021_code is not null then 2021 end as lsoa_vintage,
        case when row_places.is_in_partnership then row_places.place_district_code end as district_code,
        case
            when row_places.is_in_partnership and row_places.easting is not null then 'square of 100 m'
            when row_places.is_in_partnership and row_places.place_lsoa_2021_code is not null then 'small area'
            when row_places.is_in_partnership then 'district'
            when not row_places.is_in_partnership then 'outside the partnership'
            else 'unknown'
        end as place_precision
    from unite_records
    left join row_places
        on
            unite_records.feed = row_places.feed
            and unite_records.month = row_places.month
            and unite_records.record_id = row_places.record_id

),

-- Where it was reported or treated stands in the record when nobody asked where it happened.

find_default_places as (

    select distinct place_records.event_record_id
    from place_records
    inner join default_places
        on
            place_records.agency = default_places.agency
            and power(place_records.easting - default_places.easting, 2)
            + power(place_records.northing - default_places.northing, 2)
            <= power(default_places.radius_metres, 2)

),

mark_default_places as (

    select
        place_records.*,
        find_default_places.event_record_id is not null as is_default_place
    from place_records
    left join find_default_places on place_records.event_record_id = find_default_places.event_record_id

)

select * from mark_default_places
