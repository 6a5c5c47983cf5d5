with metrics as (

    select * from {{ ref('metrics') }}
    -- M6 counts people and M12 has bounds: each stands in a report of its own, as other figures of a whole year do.
    where is_counted_by_month

),

periods as (

    select * from {{ ref('int_definition_periods') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

members as (

    select * from {{ ref('definition_members') }}

),

event_types as (

    select * from {{ ref('event_types') }}

),

list_areas as (

    select distinct
        'force' as geography_level,
        force_code as area_code,
        force_name as area_name
    from districts
    union all
    select distinct
        'csp' as geography_level,
        csp_code as area_code,
        csp_name as area_name
    from districts
    union all
    select
        'district' as geography_level,
        district_code as area_code,
        district_name as area_name
    from districts
    union all
    select
        'csp' as geography_level,
        'unlocated' as area_code,
        'Unlocated' as area_name
    union all
    select
        'district' as geography_level,
        'unlocated' as area_code,
        'Unlocated' as area_name

),

name_metrics as (

    select
        metrics.metric_id,
        metrics.metric_name,
        metrics.unit,
        metrics.definition_id,
        metrics.is_of_recorded_crime
    from metrics

),

age_groups as (

    {% for age_group in ['under 25', '25 and over', 'unknown', 'no person'] -%}
        select
            '{{ age_group }}' as age_group,
            {{ 'false' if age_group == 'no person' else 'true' }} as is_person
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

list_categories as (

    -- A crime has the tier that SV_HIOW gives it, whichever list counts it.
    select distinct
        name_metrics.metric_id,
        'tier' as breakdown,
        classed.tier as category
    from name_metrics
    inner join members as counted on name_metrics.definition_id = counted.definition_id
    inner join members as classed
        on
            classed.definition_id = 'SV_HIOW'
            and counted.prc_code = classed.prc_code
            and coalesce(counted.offence_code, classed.offence_code, '')
            = coalesce(classed.offence_code, counted.offence_code, '')
    inner join periods
        on classed.definition_id = periods.definition_id and classed.version = periods.version
    where name_metrics.metric_id in ('M1', 'M1b')
    union all
    select
        name_metrics.metric_id,
        'age' as breakdown,
        age_groups.age_group as category
    from name_metrics
    inner join age_groups on name_metrics.unit = 'crimes' or age_groups.is_person
    where name_metrics.metric_id in ('M1c', 'M2', 'M2b', 'M3', 'M4', 'M5')
    union all
    select
        name_metrics.metric_id,
        'event_type' as breakdown,
        event_types.event_type as category
    from name_metrics
    cross join event_types
    where name_metrics.metric_id = 'M9' and event_types.is_counted

),

list_series as (

    select
        name_metrics.metric_id,
        list_areas.geography_level,
        list_areas.area_code,
        list_areas.area_name,
        'all' as breakdown,
        'all' as category
    from name_metrics
    cross join list_areas
    -- Events are counted by force area and district.
    where name_metrics.metric_id <> 'M9' or list_areas.geography_level <> 'csp'
    union all
    select
        list_categories.metric_id,
        list_areas.geography_level,
        list_areas.area_code,
        list_areas.area_name,
        list_categories.breakdown,
        list_categories.category
    from list_categories
    cross join list_areas
    where list_areas.geography_level = 'force'

),

describe_series as (

    select
        list_series.*,
        name_metrics.metric_name,
        name_metrics.unit,
        name_metrics.definition_id,
        name_metrics.is_of_recorded_crime
    from list_series
    inner join name_metrics on list_series.metric_id = name_metrics.metric_id

)

select * from describe_series
