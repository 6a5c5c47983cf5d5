with metric_months as (

    select * from {{ ref('fct_metric_months') }}

),

years as (

    select * from {{ ref('annual_metrics__years') }}

),

limits as (

    {{ completeness_limits(['unknown_code_percent', 'fewest_unknown_code_rows']) }}

),

judge_force_months as (

    -- A month of an incomplete year needs no least number: its crimes under unknown codes are part of the year's.
    select
        months.*,
        years.status as year_status,
        years.completeness_percent,
        coalesce(
            1e2 * months.unknown_code_rows > limits.unknown_code_percent * months.value
            and (months.unknown_code_rows >= limits.fewest_unknown_code_rows or years.status = 'incomplete'),
            false
        ) as is_in_doubt
    from metric_months as months
    left join limits on months.metric_id = limits.metric_id
    left join years
        on
            {{ same_series('months', 'years') }}
            and months.financial_year = years.financial_year
    where months.geography_level = 'force' and months.breakdown = 'all'

),

take_force_months as (

    -- The same month a year before, where one definition counts both.
    select
        months.*,
        months.is_received and not months.is_in_doubt as is_complete,
        base_months.value as base_value
    from judge_force_months as months
    left join judge_force_months as base_months
        on
            months.metric_id = base_months.metric_id
            and months.area_code = base_months.area_code
            and not base_months.is_in_doubt
            and cast(substr(months.month, 1, 4) as integer) = cast(substr(base_months.month, 1, 4) as integer) + 1
            and substr(months.month, 6, 2) = substr(base_months.month, 6, 2)
            and coalesce(months.definition_version = base_months.definition_version, true)

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
        case when months.is_complete then cast(months.value as double) end as value,
        case when months.is_complete then cast(months.base_value as double) end as base_value,
        cast(null as double) as change_percent,
        cast(null as double) as change_lower,
        cast(null as double) as change_upper,
        cast(null as string) as interval_method,
        -- Twelve intervals at 95 % would call a change by chance in about every second year.
        case
            when months.is_complete then 'One month: change is stated for whole years.'
            when months.is_in_doubt
                then
                    'Incomplete, so no figure is given: ' || {{ thousands('months.unknown_code_rows') }}
                    || {{ what_cannot_be_classed('months.metric_id') }} || ' of ' || months.month
                    || {{ why_it_cannot_be_classed('months.metric_id') }} || '.'
            when months.year_status = 'not available' then 'Not available: no month of this year can be counted.'
            else 'Incomplete, so no figure is given: ' || months.missing || '.'
        end as statement,
        case
            when months.is_complete then 'complete'
            when months.year_status = 'not available' then 'not available'
            else 'incomplete'
        end as status,
        months.definition_version,
        months.completeness_percent,
        months.unknown_code_rows,
        cast(null as integer) as unlocated_rows,
        months.quarantined_rows,
        cast(null as double) as adjusted_p_value,
        case when months.is_complete then months.victims end as victims
    from take_force_months as months
    where months.year_status is not null

)

select * from shape_months
