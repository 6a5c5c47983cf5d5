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

    -- A fire stands only in incidents that police or health tell of as well, so it never counts by itself in a bound.
    select * from {{ ref('bridge_incident_records') }}
    where coalesce(tier, '') <> 'weapon possession' and agency <> 'fire'

),

metric_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}
    where metric_id = 'M12'

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

unknown_code_crimes as (

    select * from {{ ref('int_unknown_code_crimes') }}

),

unclassed_attendances as (

    select * from {{ ref('int_unclassed_attendances') }}

),

limits as (

    {{ completeness_limits([
        'unknown_code_percent', 'fewest_unknown_code_rows', 'located_percent', 'usual_share_percent',
        'fewest_usual_rows'
    ]) }}

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
        cast(sum(quarantined_rows) as integer) as quarantined_rows,
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
                    {{ best_placed_first() }}
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

count_unknown_codes as (

    -- Active crimes whose code no list knows: nobody can tell whether they are violence.
    select
        {{ financial_year_of_month('month') }} as financial_year,
        district_code,
        sum(unknown_code_rows) as counted
    from unknown_code_crimes
    group by {{ financial_year_of_month('month') }}, district_code

),

count_unclassed_attendances as (

    select
        {{ financial_year_of_month('month') }} as financial_year,
        sum(assaults) as assaults,
        sum(unclassed_attendances) as unclassed
    from unclassed_attendances
    group by {{ financial_year_of_month('month') }}

),

sum_areas as (

    select
        list_areas.geography_level,
        list_areas.area_code,
        list_areas.area_name,
        find_years.financial_year,
        find_years.months = 12 and find_years.months_received = 12 as is_complete,
        find_years.missing,
        find_years.quarantined_rows,
        (
            select cast(coalesce(sum(count_unknown_codes.counted), 0) as integer) from count_unknown_codes
            where
                count_unknown_codes.financial_year = find_years.financial_year
                and (list_areas.geography_level = 'force' or count_unknown_codes.district_code = list_areas.area_code)
        ) as unknown_code_rows,
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

compare_with_whole as (

    -- The whole force's estimate beside each area's, what has no area, and both of the year before.
    select
        sum_areas.*,
        whole.incidents as whole_incidents,
        case
            when
                sum_areas.is_complete
                and sum_areas.geography_level = 'district'
                and sum_areas.area_code <> 'unlocated'
                then cast(unlocated.incidents as integer)
        end as unlocated_rows,
        base_areas.incidents as base_incidents,
        1e0 * base_areas.incidents * whole.incidents / nullif(base_whole.incidents, 0) as usual_incidents
    from sum_areas
    inner join sum_areas as whole
        on sum_areas.financial_year = whole.financial_year and whole.geography_level = 'force'
    inner join sum_areas as unlocated
        on sum_areas.financial_year = unlocated.financial_year and unlocated.area_code = 'unlocated'
    left join sum_areas as base_areas
        on
            sum_areas.geography_level = base_areas.geography_level
            and sum_areas.area_code = base_areas.area_code
            and cast(substr(sum_areas.financial_year, 1, 4) as integer)
            = cast(substr(base_areas.financial_year, 1, 4) as integer) + 1
            and base_areas.is_complete
    left join sum_areas as base_whole
        on base_areas.financial_year = base_whole.financial_year and base_whole.geography_level = 'force'

),

judge_figures as (

    -- A doubt, as fct_metric_years has it: every month was received, but too much could not be counted.
    select
        compare_with_whole.*,
        case
            when not compare_with_whole.is_complete then null
            when {{ too_many_unknown_codes('compare_with_whole.unknown_code_rows', 'compare_with_whole.incidents') }}
                then
                    {{ thousands('compare_with_whole.unknown_code_rows') }} || ' crimes of '
                    || compare_with_whole.financial_year
                    || ' have an offence code that is not known and could belong here'
            when {{ too_many_unknown_codes('attendances.unclassed', 'attendances.assaults') }}
                then
                    'too many emergency attendances of ' || compare_with_whole.financial_year
                    || ' have no flag of duplicates, or an injury intent that is not known, and could belong here'
            when
                1e2 * (compare_with_whole.whole_incidents - compare_with_whole.unlocated_rows)
                < limits.located_percent * compare_with_whole.whole_incidents
                then
                    {{ thousands('compare_with_whole.unlocated_rows') }} || ' of the '
                    || {{ thousands('compare_with_whole.whole_incidents') }} || ' incidents of '
                    || compare_with_whole.financial_year || ' could not be placed in an area'
            when
                compare_with_whole.base_incidents >= limits.fewest_usual_rows
                and 1e2 * compare_with_whole.incidents
                < limits.usual_share_percent * compare_with_whole.usual_incidents
                and compare_with_whole.unlocated_rows
                >= compare_with_whole.usual_incidents - compare_with_whole.incidents
                then
                    'the share of the area is less than half of what it was the year before, and the '
                    || {{ thousands('compare_with_whole.unlocated_rows') }} || ' incidents of '
                    || compare_with_whole.financial_year || ' without an area could belong here'
        end as doubt
    from compare_with_whole
    left join count_unclassed_attendances as attendances
        on compare_with_whole.financial_year = attendances.financial_year
    left join limits on limits.metric_id = 'M12'

),

decide_figures as (

    select
        *,
        is_complete and doubt is null as is_known
    from judge_figures

),

shape_figures as (

    select
        'M12' as metric_id,
        financial_year,
        geography_level,
        area_code,
        area_name,
        case when is_known then 'complete' else 'incomplete' end as status,
        {% for name, identifier in counts -%}
            case when is_known then cast({{ name }} as integer) end as {{ name }},
        {% endfor -%}
        case when is_known then cast(unknown_to_police as integer) end as unknown_to_police,
        case when is_known and incidents >= 50 then round(1e2 * unknown_to_police / incidents, 1) end
            as unknown_to_police_percent,
        {% for name, condition in sources -%}
            case when is_known then cast({{ name }} as integer) end as {{ name }},
        {% endfor -%}
        case when not is_complete then missing end as missing,
        doubt,
        unknown_code_rows,
        unlocated_rows,
        quarantined_rows
    from decide_figures

)

select * from shape_figures
