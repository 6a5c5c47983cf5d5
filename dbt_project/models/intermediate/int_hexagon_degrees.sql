{#- From British National Grid metres to WGS84 degrees without an extension, after [Ordnance Survey 2026] (annexes A to
    C), the way back of int_points_in_metres: the inverse transverse Mercator projection and the seven parameters with
    their signs turned. Good to 5 m. -#}
{%- set wgs84_a = '6378137e0' -%}
{%- set wgs84_b = '6356752.314245e0' -%}
{%- set wgs84_e2 = '6.69437999014e-3' -%}
{%- set airy_a = '6377563.396e0' -%}
{%- set airy_b = '6356256.909e0' -%}
{%- set airy_e2 = '6.670540000123428e-3' -%}
{%- set scale = '0.9996012717e0' -%}
{%- set n = '((' ~ airy_a ~ ' - ' ~ airy_b ~ ') / (' ~ airy_a ~ ' + ' ~ airy_b ~ '))' -%}
{#- Each round leaves a 300th of the error of the one before: six leave none. -#}
{%- set rounds = 6 -%}

with hexagons as (

    select * from {{ ref('int_hexagons') }}

),

round_0 as (

    select
        hexagon,
        easting - 400000e0 as east,
        northing + 100000e0 as north,
        radians(49e0) + (northing + 100000e0) / ({{ airy_a }} * {{ scale }}) as latitude
    from hexagons

),

{% for number in range(1, rounds + 1) -%}
    round_{{ number }} as (

        select
            hexagon,
            east,
            north,
            latitude + (
                north - {{ airy_b }} * {{ scale }} * (
                    (1e0 + {{ n }} + 1.25e0 * power({{ n }}, 2) + 1.25e0 * power({{ n }}, 3))
                    * (latitude - radians(49e0))
                    - (3e0 * {{ n }} + 3e0 * power({{ n }}, 2) + 2.625e0 * power({{ n }}, 3))
                    * sin(latitude - radians(49e0)) * cos(latitude + radians(49e0))
                    + (1.875e0 * power({{ n }}, 2) + 1.875e0 * power({{ n }}, 3))
                    * sin(2e0 * (latitude - radians(49e0))) * cos(2e0 * (latitude + radians(49e0)))
                    - 35e0 / 24e0 * power({{ n }}, 3)
                    * sin(3e0 * (latitude - radians(49e0))) * cos(3e0 * (latitude + radians(49e0)))
                )
            ) / ({{ airy_a }} * {{ scale }}) as latitude
        from round_{{ number - 1 }}

    ),

{% endfor -%}

find_radii as (

    select
        hexagon,
        east,
        latitude,
        {{ airy_a }} * {{ scale }} / sqrt(1e0 - {{ airy_e2 }} * power(sin(latitude), 2)) as nu,
        {{ airy_a }} * {{ scale }} * (1e0 - {{ airy_e2 }})
        / power(1e0 - {{ airy_e2 }} * power(sin(latitude), 2), 1.5e0) as rho,
        power(tan(latitude), 2) as t2
    from round_{{ rounds }}

),

find_geodetic as (

    select
        hexagon,
        latitude
        - tan(latitude) / (2e0 * rho * nu) * power(east, 2)
        + tan(latitude) / (24e0 * rho * power(nu, 3))
        * (5e0 + 3e0 * t2 + (nu / rho - 1e0) - 9e0 * t2 * (nu / rho - 1e0)) * power(east, 4)
        - tan(latitude) / (720e0 * rho * power(nu, 5)) * (61e0 + 90e0 * t2 + 45e0 * t2 * t2) * power(east, 6)
            as latitude,
        radians(-2e0)
        + east / (nu * cos(latitude))
        - power(east, 3) / (6e0 * power(nu, 3) * cos(latitude)) * (nu / rho + 2e0 * t2)
        + power(east, 5) / (120e0 * power(nu, 5) * cos(latitude)) * (5e0 + 28e0 * t2 + 24e0 * t2 * t2)
        - power(east, 7) / (5040e0 * power(nu, 7) * cos(latitude))
        * (61e0 + 662e0 * t2 + 1320e0 * t2 * t2 + 720e0 * power(t2, 3)) as longitude
    from find_radii

),

find_cartesian as (

    select
        hexagon,
        nu * cos(latitude) * cos(longitude) as x,
        nu * cos(latitude) * sin(longitude) as y,
        (1e0 - {{ airy_e2 }}) * nu * sin(latitude) as z
    from (
        select
            *,
            {{ airy_a }} / sqrt(1e0 - {{ airy_e2 }} * power(sin(latitude), 2)) as nu
        from find_geodetic
    ) as with_radius

),

shift_to_wgs84 as (

    select
        hexagon,
        446.448e0 + (1e0 - 20.4894e-6) * x - radians(0.8421e0 / 3600e0) * y + radians(0.2470e0 / 3600e0) * z as x,
        -125.157e0 + radians(0.8421e0 / 3600e0) * x + (1e0 - 20.4894e-6) * y - radians(0.1502e0 / 3600e0) * z as y,
        542.060e0 - radians(0.2470e0 / 3600e0) * x + radians(0.1502e0 / 3600e0) * y + (1e0 - 20.4894e-6) * z as z
    from find_cartesian

),

find_parametric_latitude as (

    select
        *,
        sqrt(x * x + y * y) as p,
        atan2(z * {{ wgs84_a }}, sqrt(x * x + y * y) * {{ wgs84_b }}) as parametric
    from shift_to_wgs84

),

find_degrees as (

    select
        hexagon,
        degrees(
            atan2(
                z + {{ wgs84_e2 }} / (1e0 - {{ wgs84_e2 }}) * {{ wgs84_b }} * power(sin(parametric), 3),
                p - {{ wgs84_e2 }} * {{ wgs84_a }} * power(cos(parametric), 3)
            )
        ) as latitude,
        degrees(atan2(y, x)) as longitude
    from find_parametric_latitude

)

select * from find_degrees
