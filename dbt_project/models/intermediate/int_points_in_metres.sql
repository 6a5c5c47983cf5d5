{#- From WGS84 degrees to British National Grid metres without an extension, after
    [Ordnance Survey 2026] (annexes A to C): the seven-parameter transformation to the Airy 1830
    ellipsoid and the transverse Mercator projection. Good to 5 m, against squares of 100 m. -#}
{#- Semi-axes in metres: WGS84 a and e2; Airy 1830 a, b. -#}
{%- set wgs84_a = '6378137e0' -%}
{%- set wgs84_e2 = '6.69437999014e-3' -%}
{%- set airy_a = '6377563.396e0' -%}
{%- set airy_b = '6356256.909e0' -%}
{%- set airy_e2 = '6.670540000123428e-3' -%}
{#- Projection: scale on the central meridian 2 degrees west, true origin 49 degrees north. -#}
{%- set scale = '0.9996012717e0' -%}
{%- set n = '((' ~ airy_a ~ ' - ' ~ airy_b ~ ') / (' ~ airy_a ~ ' + ' ~ airy_b ~ '))' -%}

with street_crimes as (

    select * from {{ ref('stg_police__street_crimes') }}

),

searches as (

    select * from {{ ref('stg_police__stop_and_searches') }}

),

attendances as (

    select * from {{ ref('stg_health__emergency_attendances') }}

),

-- Published points recur, about 17 rows on each: a point is carried over once, not once for every row.

list_points as (

    select
        latitude as latitude_degrees,
        longitude as longitude_degrees
    from street_crimes
    where latitude is not null and longitude is not null
    union
    select
        latitude as latitude_degrees,
        longitude as longitude_degrees
    from searches
    where latitude is not null and longitude is not null
    union
    select
        injury_latitude as latitude_degrees,
        injury_longitude as longitude_degrees
    from attendances
    where injury_latitude is not null and injury_longitude is not null

),

take_radians as (

    select
        latitude_degrees,
        longitude_degrees,
        radians(latitude_degrees) as latitude,
        radians(longitude_degrees) as longitude,
        {{ wgs84_a }} / sqrt(1e0 - {{ wgs84_e2 }} * power(sin(radians(latitude_degrees)), 2)) as prime_vertical
    from list_points

),

find_cartesian as (

    select
        latitude_degrees,
        longitude_degrees,
        prime_vertical * cos(latitude) * cos(longitude) as x,
        prime_vertical * cos(latitude) * sin(longitude) as y,
        prime_vertical * (1e0 - {{ wgs84_e2 }}) * sin(latitude) as z
    from take_radians

),

shift_to_airy as (

    select
        latitude_degrees,
        longitude_degrees,
        -446.448e0 + (1e0 + 20.4894e-6) * x + radians(0.8421e0 / 3600e0) * y - radians(0.2470e0 / 3600e0) * z as x,
        125.157e0 - radians(0.8421e0 / 3600e0) * x + (1e0 + 20.4894e-6) * y + radians(0.1502e0 / 3600e0) * z as y,
        -542.060e0 + radians(0.2470e0 / 3600e0) * x - radians(0.1502e0 / 3600e0) * y + (1e0 + 20.4894e-6) * z as z
    from find_cartesian

),

find_parametric_latitude as (

    select
        latitude_degrees,
        longitude_degrees,
        x,
        y,
        z,
        sqrt(x * x + y * y) as p,
        atan2(z * {{ airy_a }}, sqrt(x * x + y * y) * {{ airy_b }}) as parametric
    from shift_to_airy

),

find_geodetic as (

    select
        latitude_degrees,
        longitude_degrees,
        atan2(
            z + {{ airy_e2 }} / (1e0 - {{ airy_e2 }}) * {{ airy_b }} * power(sin(parametric), 3),
            p - {{ airy_e2 }} * {{ airy_a }} * power(cos(parametric), 3)
        ) as latitude,
        atan2(y, x) - radians(-2e0) as from_meridian
    from find_parametric_latitude

),

find_radii as (

    select
        latitude_degrees,
        longitude_degrees,
        latitude,
        from_meridian,
        {{ airy_a }} * {{ scale }} / sqrt(1e0 - {{ airy_e2 }} * power(sin(latitude), 2)) as nu,
        {{ airy_a }} * {{ scale }} * (1e0 - {{ airy_e2 }})
        / power(1e0 - {{ airy_e2 }} * power(sin(latitude), 2), 1.5e0) as rho,
        power(tan(latitude), 2) as t2,
        {{ airy_b }} * {{ scale }} * (
            (1e0 + {{ n }} + 1.25e0 * power({{ n }}, 2) + 1.25e0 * power({{ n }}, 3)) * (latitude - radians(49e0))
            - (3e0 * {{ n }} + 3e0 * power({{ n }}, 2) + 2.625e0 * power({{ n }}, 3))
            * sin(latitude - radians(49e0)) * cos(latitude + radians(49e0))
            + (1.875e0 * power({{ n }}, 2) + 1.875e0 * power({{ n }}, 3))
            * sin(2e0 * (latitude - radians(49e0))) * cos(2e0 * (latitude + radians(49e0)))
            - 35e0 / 24e0 * power({{ n }}, 3)
            * sin(3e0 * (latitude - radians(49e0))) * cos(3e0 * (latitude + radians(49e0)))
        ) as meridian_arc
    from find_geodetic

),

project_to_grid as (

    select
        latitude_degrees as latitude,
        longitude_degrees as longitude,
        400000e0
        + nu * cos(latitude) * from_meridian
        + nu / 6e0 * power(cos(latitude), 3) * (nu / rho - t2) * power(from_meridian, 3)
        + nu / 120e0 * power(cos(latitude), 5)
        * (5e0 - 18e0 * t2 + t2 * t2 + 14e0 * (nu / rho - 1e0) - 58e0 * t2 * (nu / rho - 1e0))
        * power(from_meridian, 5) as easting,
        -100000e0 + meridian_arc
        + nu / 2e0 * sin(latitude) * cos(latitude) * power(from_meridian, 2)
        + nu / 24e0 * sin(latitude) * power(cos(latitude), 3)
        * (5e0 - t2 + 9e0 * (nu / rho - 1e0)) * power(from_meridian, 4)
        + nu / 720e0 * sin(latitude) * power(cos(latitude), 5) * (61e0 - 58e0 * t2 + t2 * t2)
        * power(from_meridian, 6) as northing
    from find_radii

)

select * from project_to_grid
