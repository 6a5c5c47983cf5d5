with read_series as (

    select * from {{ ref('int_metric_series') }}

),

read_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}

),

read_periods as (

    select * from {{ ref('int_definition_periods') }}

),

read_crimes as (

    select * from {{ ref('bridge_incident_records') }}
    where is_serious_violence and crimes = 1

),

read_events as (

    select * from {{ ref('fct_events') }}
    where is_counted

),

read_districts as (

    select * from {{ ref('partnership_districts') }}

),

list_counted as (

    select
        'M1' as metric_id,
        event_record_id as counted_id,
        month,
        district_code,
        'tier' as breakdown,
        tier as category
    from read_crimes
    union all
    select
        'M1b' as metric_id,
        event_record_id as counted_id,
        month,
        district_code,
        'tier' as breakdown,
        tier as category
    from read_crimes
    where is_serious_violence_excluding_possession
    union all
    select
        'M9' as metric_id,
        event_id as counted_id,
        month,
        district_code,
        'event_type' as breakdown,
        event_type as category
    from read_events

),

find_forces as (

    select distinct force_code from read_districts

),

name_areas as (

    select
        list_counted.*,
        coalesce(read_districts.csp_code, 'unlocated') as csp_code,
        find_forces.force_code
    from list_counted
    cross join find_forces
    left join read_districts on list_counted.district_code = read_districts.district_code

),

count_series as (

    select
        metric_id,
        'force' as geography_level,
        force_code as area_code,
        'all' as breakdown,
        'all' as category,
        month,
        count(distinct counted_id) as counted
    from name_areas
    group by metric_id, force_code, month
    union all
    select
        metric_id,
        'csp' as geography_level,
        csp_code as area_code,
        'all' as breakdown,
        'all' as category,
        month,
        count(distinct counted_id) as counted
    from name_areas
    group by metric_id, csp_code, month
    union all
    select
        metric_id,
        'district' as geography_level,
        district_code as area_code,
        'all' as breakdown,
        'all' as category,
        month,
        count(distinct counted_id) as counted
    from name_areas
    group by metric_id, district_code, month
    union all
    select
        metric_id,
        'force' as geography_level,
        force_code as area_code,
        breakdown,
        category,
        month,
        count(distinct counted_id) as counted
    from name_areas
    group by metric_id, force_code, breakdown, category, month

),

fill_months as (

    select
        read_series.metric_id,
        read_series.metric_name,
        read_series.unit,
        read_periods.definition_version,
        read_series.geography_level,
        read_series.area_code,
        read_series.area_name,
        read_series.breakdown,
        read_series.category,
        read_feed_months.month,
        read_feed_months.financial_year,
        cast(read_feed_months.feeds_needed as integer) as feeds_needed,
        cast(read_feed_months.feeds_received as integer) as feeds_received,
        read_feed_months.feeds_received = read_feed_months.feeds_needed as is_received,
        read_feed_months.missing,
        -- A month received without an event is zero; a month not received is not known.
        case
            when read_feed_months.feeds_received = read_feed_months.feeds_needed
                then cast(coalesce(count_series.counted, 0) as integer)
        end as value
    from read_series
    inner join read_feed_months on read_series.metric_id = read_feed_months.metric_id
    inner join read_periods
        on
            read_series.definition_id = read_periods.definition_id
            and cast(read_feed_months.month || '-01' as date) >= read_periods.valid_from
            and cast(read_feed_months.month || '-01' as date) < read_periods.valid_before
    left join count_series
        on
            read_series.metric_id = count_series.metric_id
            and read_series.geography_level = count_series.geography_level
            and read_series.area_code = count_series.area_code
            and read_series.breakdown = count_series.breakdown
            and read_series.category = count_series.category
            and read_feed_months.month = count_series.month

)

select * from fill_months
order by metric_id, geography_level, area_code, breakdown, category, month
