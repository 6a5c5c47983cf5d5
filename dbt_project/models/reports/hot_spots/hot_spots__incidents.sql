with incidents as (

    select * from {{ ref('fct_serious_violence_incidents') }}
    where
        is_serious_violence_excluding_possession
        and not coalesce(is_domestic, false)
        and coalesce(is_public_place, true)

),

window_months as (

    select * from {{ ref('hot_spots__window') }}

),

hexagons as (

    select * from {{ ref('int_hexagons') }}

),

take_window as (

    select
        incidents.*,
        window_months.year_back
    from incidents
    -- An incident of which no day is told stands in the month it was recorded in.
    inner join window_months
        on {{ month_of('coalesce(incidents.occurred_date, incidents.recorded_date)') }} = window_months.month

),

-- What has no hexagon is counted beside those that have one, by the reason.

find_hexagons as (

    select
        take_window.incident_id,
        take_window.occurred_date,
        take_window.occurred_hour,
        take_window.part_of_day,
        coalesce(take_window.is_weekend_night, false) as is_weekend_night,
        take_window.year_back,
        coalesce(take_window.harm_days, 0e0) as harm_days,
        case
            when take_window.is_public_place is null then 'setting not recorded'
            when hexagons.hexagon is not null then 'located'
            when take_window.place_hexagon is not null then 'beyond the hexagons of the area'
            when take_window.place_precision = 'square of 100 m' then 'default place'
            when take_window.place_precision = 'outside the partnership' then 'outside the partnership'
            else 'no point'
        end as place_status,
        hexagons.hexagon
    from take_window
    left join hexagons on take_window.place_hexagon = hexagons.hexagon

)

select * from find_hexagons
