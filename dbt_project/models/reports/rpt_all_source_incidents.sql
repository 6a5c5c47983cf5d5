{#- M12. One count three times over: by the best links, by all plausible ones, and by none but the certain. -#}
{%- set counts = [
    ('incidents', 'incident_id'), ('lower_incidents', 'lower_incident_id'), ('upper_incidents', 'upper_incident_id')
] -%}
{%- set sources = [
    ('police_crimes', "case when crimes = 1 then 1 end"),
    ('ambulance_calls', "case when feed = 'health__ambulance_incidents' then 1 end"),
    ('emergency_attendances', "case when feed = 'health__emergency_attendances' then 1 end"),
    ('admissions', "case when feed = 'health__admissions' then 1 end")
] -%}

with incident_records as (

    select * from {{ ref('bridge_incident_records') }}
    where coalesce(tier, '') <> 'weapon possession'

),

metric_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}
    where metric_id = 'M12'

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

list_areas as (

    select distinct
        'force' as geography_level,
        force_code as area_code,
        force_name as area_name
    from districts
    union all
    select
        'district' as geography_level,
        district_code as area_code,
        district_name as area_name
    from districts
    union all
    select
        'district' as geography_level,
        'unlocated' as area_code,
        'Unlocated' as area_name

),

find_years as (

    select
        financial_year,
        count(*) as months,
        sum(case when feeds_received = feeds_needed then 1 else 0 end) as months_received,
        {{ joined_text('missing', ', ', 'month') }} as missing
    from metric_feed_months
    group by financial_year

),

-- An incident stands in the year in which the first agency recorded it, and in the district of its first record that
-- has one, the force's before any other: so the districts of a bound add up to the force.

{% for name, identifier in counts -%}
    rank_{{ name }} as (

        select
            {{ identifier }} as identifier,
            district_code,
            agency,
            min(recorded_date) over (partition by {{ identifier }}) as first_recorded,
            max(case when agency = 'police' then 1 else 0 end)
                over (partition by {{ identifier }})
                as is_known_to_police,
            row_number() over (
                partition by {{ identifier }}
                order by
                    case when district_code = 'unlocated' then 1 else 0 end,
                    case agency when 'police' then 1 when 'health' then 2 else 3 end,
                    event_record_id
            ) as by_place
        from incident_records

    ),

    count_{{ name }} as (

        select
            {{ financial_year_of_month(month_of('first_recorded')) }} as financial_year,
            district_code,
            count(*) as counted,
            sum(1 - is_known_to_police) as unknown_to_police
        from rank_{{ name }}
        where by_place = 1
        group by {{ financial_year_of_month(month_of('first_recorded')) }}, district_code

    ),

{% endfor -%}
count_sources as (

    select
        financial_year,
        district_code,
    {% for name, condition in sources -%}
        count({{ condition }}) as {{ name }}{{ "," if not loop.last }}
    {% endfor %}
    from incident_records
    group by financial_year, district_code

),

sum_areas as (

    select
        list_areas.geography_level,
        list_areas.area_code,
        list_areas.area_name,
        find_years.financial_year,
        find_years.months = 12 and find_years.months_received = 12 as is_complete,
        find_years.missing,
        {% for name, identifier in counts -%}
            (
                select coalesce(sum(count_{{ name }}.counted), 0) from count_{{ name }}
                where
                    count_{{ name }}.financial_year = find_years.financial_year
                    and (list_areas.geography_level = 'force' or count_{{ name }}.district_code = list_areas.area_code)
            ) as {{ name }},
        {% endfor -%}
        (
            select coalesce(sum(count_incidents.unknown_to_police), 0) from count_incidents
            where
                count_incidents.financial_year = find_years.financial_year
                and (list_areas.geography_level = 'force' or count_incidents.district_code = list_areas.area_code)
        ) as unknown_to_police,
    {% for name, condition in sources -%}
        (
            select coalesce(sum(count_sources.{{ name }}), 0) from count_sources
            where
                count_sources.financial_year = find_years.financial_year
                and (list_areas.geography_level = 'force' or count_sources.district_code = list_areas.area_code)
        ) as {{ name }}{{ "," if not loop.last }}
    {% endfor %}
    from list_areas
    cross join find_years

),

shape_figures as (

    select
        'M12' as metric_id,
        financial_year,
        geography_level,
        area_code,
        area_name,
        case when is_complete then 'complete' else 'incomplete' end as status,
        {% for name, identifier in counts -%}
            case when is_complete then cast({{ name }} as integer) end as {{ name }},
        {% endfor -%}
        case when is_complete then cast(unknown_to_police as integer) end as unknown_to_police,
        case when is_complete and incidents >= 50 then round(1e2 * unknown_to_police / incidents, 1) end
            as unknown_to_police_percent,
        {% for name, condition in sources -%}
            case when is_complete then cast({{ name }} as integer) end as {{ name }},
        {% endfor -%}
        case when not is_complete then missing end as missing
    from sum_areas

)

select * from shape_figures
