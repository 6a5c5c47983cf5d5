with metric_months as (

    select * from {{ ref('fct_metric_months') }}

),

years as (

    select * from {{ ref('annual_metrics__years') }}

),

take_force_months as (

    -- The same month a year before, where one definition counts both.
    select
        months.*,
        base_months.value as base_value
    from metric_months as months
    left join metric_months as base_months
        on
            months.metric_id = base_months.metric_id
            and months.geography_level = base_months.geography_level
            and months.area_code = base_months.area_code
            and months.breakdown = base_months.breakdown
            and months.category = base_months.category
            and cast(substr(months.month, 1, 4) as integer) = cast(substr(base_months.month, 1, 4) as integer) + 1
            and substr(months.month, 6, 2) = substr(base_months.month, 6, 2)
            and coalesce(months.definition_version = base_months.definition_version, true)
    where months.geography_level = 'force' and months.breakdown = 'all'

),

shape_months as (

    select
        months.metric_id,
        months.metric_name,
        months.financial_year,
        months.geography_level,
        months.area_code,
        months.area_name,
        'month' as breakdown,
        months.month as category,
        months.unit,
        cast(months.value as double) as value,
        case when months.is_received then cast(months.base_value as double) end as base_value,
        cast(null as double) as change_percent,
        cast(null as double) as change_lower,
        cast(null as double) as change_upper,
        cast(null as string) as interval_method,
        -- Twelve intervals at 95 % would call a change by chance in about every second year.
        case
            when months.is_received then 'One month: change is stated for whole years.'
            when years.status = 'not available' then 'Not available: no month of this year can be counted.'
            else 'Incomplete, so no figure is given: ' || months.missing || '.'
        end as statement,
        case
            when months.is_received then 'complete'
            when years.status = 'not available' then 'not available'
            else 'incomplete'
        end as status,
        months.definition_version,
        years.completeness_percent
    from take_force_months as months
    inner join years
        on
            months.metric_id = years.metric_id
            and months.geography_level = years.geography_level
            and months.area_code = years.area_code
            and months.breakdown = years.breakdown
            and months.category = years.category
            and months.financial_year = years.financial_year

)

select * from shape_months
