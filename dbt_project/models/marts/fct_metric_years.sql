with metric_months as (

    select * from {{ ref('fct_metric_months') }}

),

pair_with_base_months as (

    -- The same month a year before; null where the calendar does not reach back.
    select
        months.*,
        base_months.value as base_month_value,
        base_months.missing as base_month_missing,
        base_months.month as base_month,
        base_months.definition_version as base_month_definition_version
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

),

sum_years as (

    select
        metric_id,
        metric_name,
        unit,
        definition_version,
        max(base_month_definition_version) as base_definition_version,
        geography_level,
        area_code,
        area_name,
        breakdown,
        category,
        financial_year,
        case when count(value) = 12 then cast(sum(value) as integer) end as value,
        case when count(base_month_value) = 12 then cast(sum(base_month_value) as integer) end as base_value,
        -- Rounded, so that the order in which threads add up never shows in the bytes of a release.
        case
            when count(value) = 12 and count(base_month_value) = 12
                then round({{ dispersion('value', 'base_month_value') }}, 6)
        end as dispersion,
        cast(count(value) as integer) as months_received,
        cast(count(base_month_value) as integer) as base_months_received,
        count(base_month) = 12 as is_base_in_calendar,
        1e2 * sum(feeds_received) / sum(feeds_needed) as completeness_percent,
        {{ joined_text('missing', ', ', 'month') }} as missing,
        {{ joined_text('base_month_missing', ', ', 'month') }}
            as base_missing
    from pair_with_base_months
    group by
        metric_id,
        metric_name,
        unit,
        definition_version,
        geography_level,
        area_code,
        area_name,
        breakdown,
        category,
        financial_year

)

select * from sum_years
