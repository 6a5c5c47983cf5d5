{#- M12 as the probabilities of the links lead one to expect it: incidents, and the attendances that police know. -#}
with incident_records as (

    select
        event_record_id,
        incident_id,
        feed,
        agency,
        recorded_date,
        coalesce(district_code, 'unlocated') as district_code,
        is_default_place,
        coalesce(agency_incident, event_record_id) as agency_incident,
        -- Exact numbers, so that no order of the rows changes a sum.
        cast(expected_incidents as decimal(18, 6)) as expected_incidents,
        cast(expected_variance as decimal(18, 6)) as expected_variance,
        cast(known_to_police_probability as decimal(18, 6)) as known_to_police
    from {{ ref('int_incident_records') }}
    -- As in rpt_all_source_incidents: a fire never counts by itself.
    where has_record_beside_fire and coalesce(tier, '') <> 'weapon possession' and agency <> 'fire'

),

all_source_incidents as (

    select * from {{ ref('rpt_all_source_incidents') }}

),

limits as (

    {{ completeness_limits(['model_error_percent']) }}

),

place_records as (

    -- An incident stands in the year and the district in which rpt_all_source_incidents counts it.
    select
        *,
        case when event_record_id = incident_id then 1 else 0 end as is_leading,
        case
            when row_number() over (partition by feed, agency_incident order by event_record_id) = 1 then 1 else 0
        end as is_first_of_its_number,
        min(recorded_date) over (partition by incident_id) as first_recorded,
        first_value(district_code) over (
            partition by incident_id
            order by
                {{ best_placed_first() }}
            rows between unbounded preceding and unbounded following
        ) as incident_district
    from incident_records

),

sum_incidents as (

    -- The record that names an incident may be one that is left out here: the incident still counts 1.
    select
        {{ financial_year_of_month(month_of('first_recorded')) }} as financial_year,
        incident_district as district_code,
        count(distinct incident_id) + sum(expected_incidents - is_leading) as expected,
        sum(expected_variance) as variance,
        sum(is_first_of_its_number) as apart
    from place_records
    group by {{ financial_year_of_month(month_of('first_recorded')) }}, incident_district

),

sum_attendances as (

    select
        {{ financial_year_of_month(month_of('recorded_date')) }} as financial_year,
        district_code,
        count(*) as attendances,
        sum(known_to_police) as known,
        sum(known_to_police * (1 - known_to_police)) as variance
    from incident_records
    where feed = 'health__emergency_attendances'
    group by {{ financial_year_of_month(month_of('recorded_date')) }}, district_code

),

sum_areas as (

    select
        all_source_incidents.financial_year,
        all_source_incidents.geography_level,
        all_source_incidents.area_code,
        all_source_incidents.area_name,
        all_source_incidents.status,
        coalesce(sum(sum_incidents.expected), 0) as expected,
        coalesce(sum(sum_incidents.variance), 0) as variance,
        coalesce(sum(sum_incidents.apart), 0) as apart
    from all_source_incidents
    left join sum_incidents
        on
            all_source_incidents.financial_year = sum_incidents.financial_year
            and (
                all_source_incidents.geography_level = 'force'
                or all_source_incidents.area_code = sum_incidents.district_code
            )
    group by
        all_source_incidents.financial_year,
        all_source_incidents.geography_level,
        all_source_incidents.area_code,
        all_source_incidents.area_name,
        all_source_incidents.status

),

sum_area_attendances as (

    select
        sum_areas.financial_year,
        sum_areas.geography_level,
        sum_areas.area_code,
        coalesce(sum(sum_attendances.attendances), 0) as attendances,
        coalesce(sum(sum_attendances.known), 0) as known,
        coalesce(sum(sum_attendances.variance), 0) as known_variance
    from sum_areas
    left join sum_attendances
        on
            sum_areas.financial_year = sum_attendances.financial_year
            and (sum_areas.geography_level = 'force' or sum_areas.area_code = sum_attendances.district_code)
    group by sum_areas.financial_year, sum_areas.geography_level, sum_areas.area_code

),

measure_intervals as (

    -- Chance, at 95 %, and an error of the model, of a share of what the links join: independent, so squares add up.
    select
        sum_areas.*,
        sum_area_attendances.attendances,
        sum_area_attendances.known,
        sqrt(
            power(1.96e0, 2) * greatest(sum_areas.variance, 0)
            + power(limits.model_error_percent / 1e2 * (sum_areas.apart - sum_areas.expected), 2)
        ) as half_width,
        sqrt(
            power(1.96e0, 2) * greatest(sum_area_attendances.known_variance, 0)
            + power(limits.model_error_percent / 1e2 * sum_area_attendances.known, 2)
        ) as known_half_width
    from sum_areas
    inner join sum_area_attendances
        on
            sum_areas.financial_year = sum_area_attendances.financial_year
            and sum_areas.geography_level = sum_area_attendances.geography_level
            and sum_areas.area_code = sum_area_attendances.area_code
    left join limits on limits.metric_id = 'M12'

),

shape_figures as (

    select
        financial_year,
        geography_level,
        area_code,
        area_name,
        status,
        case when status = 'complete' then round(1e0 * expected, 1) end as expected_incidents,
        case when status = 'complete' then round(greatest(1e0 * expected - half_width, 0), 1) end as expected_lower,
        case when status = 'complete' then round(1e0 * expected + half_width, 1) end as expected_upper,
        case when status = 'complete' then cast(attendances as integer) end as emergency_attendances,
        -- No percentage on a base under 50.
        case when status = 'complete' and attendances >= 50 then round(1e2 * known / attendances, 1) end
            as known_to_police_percent,
        case
            when status = 'complete' and attendances >= 50
                then round(greatest(1e2 * (known - known_half_width) / attendances, 0), 1)
        end as known_to_police_lower,
        case
            when status = 'complete' and attendances >= 50
                then round(least(1e2 * (known + known_half_width) / attendances, 100), 1)
        end as known_to_police_upper
    from measure_intervals

)

select * from shape_figures
