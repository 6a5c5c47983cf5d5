{#- A view: the rows lie in bronze already. A feed joins by one line here; homes stand in int_resident_rows. -#}
{{ config(materialized='view') }}

{%- set no_code = 'cast(null as string)' -%}
{%- set no_point = 'cast(null as double)' -%}
{#- Feed, column of the code, column of the district by code or name, columns of the point in metres. -#}
{%- set feeds_in_metres = [
    ('police__offences', no_code, no_code, 'easting', 'northing'),
    ('health__ambulance_incidents', 'lsoa_code', no_code, 'easting', 'northing'),
    ('fire__incidents', no_code, no_code, 'easting', 'northing'),
    ('local_authorities__antisocial_behaviour', 'lsoa_code', 'district_name', 'easting', 'northing'),
    ('communities__events', 'lsoa_code', 'district_code', no_point, no_point),
    ('communities__anonymous_reports', 'lsoa_code', 'district_code', no_point, no_point)
] -%}
{#- Feed, column of the code, columns of the point in degrees. -#}
{%- set feeds_in_degrees = [
    ('police__street_crimes', 'delivered.lsoa_code', 'latitude', 'longitude'),
    ('police__stop_and_searches', no_code, 'latitude', 'longitude'),
    ('health__emergency_attendances', no_code, 'injury_latitude', 'injury_longitude')
] -%}

with points as (

    select * from {{ ref('int_points_in_metres') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

{% for feed, code, district, easting, northing in feeds_in_metres -%}
    list_{{ feed }} as (

        select
            '{{ feed }}' as feed,
            month,
            record_id,
            {{ code }} as lsoa_code,
            {{ district }} as district,
            {{ metres_in_britain(easting, northing, easting) }} as easting,
            {{ metres_in_britain(easting, northing, northing) }} as northing
        from {{ ref('stg_' ~ feed) }}

    ),

{% endfor -%}
{% for feed, code, latitude, longitude in feeds_in_degrees -%}
    list_{{ feed }} as (

        select
            '{{ feed }}' as feed,
            delivered.month,
            delivered.record_id,
            {{ code }} as lsoa_code,
            {{ no_code }} as district,
            points.easting,
            points.northing
        from {{ ref('stg_' ~ feed) }} as delivered
        left join points
            on
                delivered.{{ latitude }} = points.latitude
                and delivered.{{ longitude }} = points.longitude
                -- 0, 0 lies in the Gulf of Guinea: it is what is written where there is no point.
                and not (abs(points.latitude) < 1 and abs(points.longitude) < 1)

    ),

{% endfor -%}

unite_rows as (

    {% for names in feeds_in_metres + feeds_in_degrees -%}
        select * from list_{{ names[0] }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

find_districts as (

    select
        unite_rows.feed,
        unite_rows.month,
        unite_rows.record_id,
        unite_rows.lsoa_code,
        coalesce(by_code.district_code, by_name.district_code) as district_code,
        unite_rows.easting,
        unite_rows.northing
    from unite_rows
    left join districts as by_code on unite_rows.district = by_code.district_code
    left join districts as by_name on unite_rows.district = by_name.district_name

)

select * from find_districts
