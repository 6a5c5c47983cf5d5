{#- XmR charts: the months of a metric with the limits within which a steady process stays. -#}
{#- Below a mean of 5 events a month the range of two months tells little: docs/methods.md#charts. -#}
{%- set months_shown, fewest_months, fewest_events, run = 36, 12, 5, 8 -%}

with all_months as (

    -- Events that the unit plans are no process with a rate.
    select * from {{ ref('fct_metric_months') }}
    where breakdown = 'all' and unit <> 'events'

),

years as (

    select * from {{ ref('fct_metric_years') }}
    where breakdown = 'all'

),

limits as (

    {{ completeness_limits(['unknown_code_percent', 'fewest_unknown_code_rows']) }}

),

metric_months as (

    -- A month too much of which could not be counted is no low month.
    select
        all_months.metric_id,
        all_months.metric_name,
        all_months.unit,
        all_months.geography_level,
        all_months.area_code,
        all_months.area_name,
        all_months.month,
        all_months.financial_year,
        all_months.definition_version,
        all_months.missing,
        all_months.value is not null as is_received,
        case
            when {{ too_many_unknown_codes('all_months.unknown_code_rows', 'all_months.value') }} then null
            when all_months.geography_level <> 'force' and years.doubt is not null then null
            else all_months.value
        end as value
    from all_months
    left join limits on all_months.metric_id = limits.metric_id
    left join years
        on
            all_months.metric_id = years.metric_id
            and all_months.geography_level = years.geography_level
            and all_months.area_code = years.area_code
            and all_months.financial_year = years.financial_year

),

find_newest_months as (

    select
        metric_id,
        max(month) as newest_month
    from metric_months
    where is_received
    group by metric_id

),

take_months as (

    select
        metric_months.*,
        {{ months_before('find_newest_months.newest_month', 'metric_months.month') }} as months_ago
    from metric_months
    inner join find_newest_months on metric_months.metric_id = find_newest_months.metric_id

),

measure_ranges as (

    -- A range spans two months of one definition that follow each other and were both received.
    select
        *,
        abs(value - lag(value) over (
            partition by metric_id, geography_level, area_code, definition_version
            order by month
        )) as moving_range
    from take_months
    where months_ago between 0 and {{ months_shown - 1 }}

),

find_limits as (

    select
        metric_id,
        geography_level,
        area_code,
        definition_version,
        count(value) as months,
        avg(value * 1e0) as centre,
        avg(moving_range * 1e0) as mean_range
    from measure_ranges
    group by metric_id, geography_level, area_code, definition_version

),

add_limits as (

    -- 2.66 is 3 / 1.128, the mean range of two normal values in standard deviations.
    select
        months.*,
        limits.months as months_counted,
        case when limits.months >= {{ fewest_months }} then limits.centre end as centre,
        limits.mean_range,
        limits.months >= {{ fewest_months }} and limits.centre >= {{ fewest_events }} as has_limits
    from measure_ranges as months
    inner join find_limits as limits
        on
            months.metric_id = limits.metric_id
            and months.geography_level = limits.geography_level
            and months.area_code = limits.area_code
            and months.definition_version = limits.definition_version

),

find_sides as (

    select
        *,
        case when has_limits then greatest(0e0, centre - 2.66e0 * mean_range) end as lower_limit,
        case when has_limits then centre + 2.66e0 * mean_range end as upper_limit,
        case when value > centre then 1 when value < centre then -1 else 0 end as side
    from add_limits

),

sum_sides as (

    select
        *,
        sum(side) over (
            partition by metric_id, geography_level, area_code, definition_version
            order by month
            rows between {{ run - 1 }} preceding and current row
        ) as sides
    from find_sides

),

shape_months as (

    select
        metric_id,
        metric_name,
        unit,
        geography_level,
        area_code,
        area_name,
        month,
        financial_year,
        definition_version,
        value,
        round(centre, 2) as centre,
        round(lower_limit, 2) as lower_limit,
        round(upper_limit, 2) as upper_limit,
        cast(months_counted as integer) as months_counted,
        case
            when not is_received then 'not received'
            when value is null then 'in doubt'
            when centre is null then 'too few months'
            when not has_limits then 'too few events'
            when value > upper_limit then 'above the limits'
            when value < lower_limit then 'below the limits'
            when sides = {{ run }} then 'high for {{ run }} months'
            when sides = -{{ run }} then 'low for {{ run }} months'
            else 'within the limits'
        end as signal,
        missing
    from sum_sides

)

select * from shape_months
