{#- Below this base no percentage is given: research metrics-and-peers, P11. -#}
{%- set smallest_base = 50 -%}

with metric_years as (

    select * from {{ ref('fct_metric_years') }}

),

metric_months as (

    select * from {{ ref('fct_metric_months') }}

),

feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

metrics as (

    select * from {{ ref('metrics') }}

),

definitions as (

    select * from {{ ref('int_current_definitions') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

find_as_of as (

    select max(as_of) as as_of from feed_months

),

judge_years as (

    select
        *,
        {{ financial_year_named('(cast(substr(financial_year, 1, 4) as integer) - 1)') }} as base_year,
        case
            when months_received = 12 then 'complete'
            when completeness_percent = 0 then 'not available'
            else 'incomplete'
        end as status,
        coalesce(base_definition_version <> definition_version, false) as is_of_other_definitions,
        coalesce(
            months_received = 12
            and base_months_received = 12
            and base_value >= {{ smallest_base }}
            and coalesce(base_definition_version = definition_version, true),
            false
        ) as is_comparable
    from metric_years

),

measure_change as (

    -- Rounded here, so that the words below follow from the figures as they are printed.
    -- Adding zero turns a rounded -0.0 into 0.0.
    select
        *,
        case when is_comparable then round({{ change_percent('value', 'base_value') }}, 1) + 0e0 end as change_percent,
        case
            when is_comparable then round({{ change_lower('value', 'base_value', 'dispersion') }}, 1) + 0e0
        end as change_lower,
        case
            when is_comparable then round({{ change_upper('value', 'base_value', 'dispersion') }}, 1) + 0e0
        end as change_upper,
        case when is_comparable then {{ interval_method('value', 'base_value') }} end as interval_method
    from judge_years

),

word_years as (

    select
        *,
        case
            when status = 'not available' then 'Not available: no month of this year can be counted.'
            when status = 'incomplete' then 'Incomplete, so no figure is given: ' || missing || '.'
            when not is_base_in_calendar
                then
                    {{ thousands('value') }} || ' ' || unit || '. No comparison: ' || base_year
                    || ' is before the first month the pipeline holds.'
            when base_months_received = 0
                then
                    {{ thousands('value') }} || ' ' || unit || '. No comparison: no month of ' || base_year
                    || ' can be counted.'
            when base_months_received < 12
                then
                    {{ thousands('value') }} || ' ' || unit || '. No comparison: ' || base_year || ' is incomplete: '
                    || base_missing || '.'
            when is_of_other_definitions
                then
                    {{ thousands('value') }} || ' ' || unit || '. No comparison: counted under ' || definition_version
                    || ', but ' || base_year || ' under ' || base_definition_version
                    || ', and no bridged series joins them.'
            when base_value < {{ smallest_base }}
                then
                    {{ thousands('base_value') }} || ' in ' || base_year || ' and '
                    || {{ thousands('value') }} || ' in ' || financial_year || ' (' || unit
                    || '): the base is too small for a percentage (under {{ smallest_base }}).'
            when change_upper < 0 or change_lower > 0
                then
                    case when change_upper < 0 then 'Down ' else 'Up ' end || {{ percent_in_words('change_percent') }}
                    || ' on ' || base_year || ', from ' || {{ thousands('base_value') }} || ' to '
                    || {{ thousands('value') }} || ' ' || unit || ' (95% interval '
                    || {{ signed_percent_in_words('change_lower') }} || ' to '
                    || {{ signed_percent_in_words('change_upper') }} || ').'
            else
                'No clear change on ' || base_year || ': ' || {{ thousands('base_value') }} || ' to '
                || {{ thousands('value') }} || ' ' || unit || ' (' || {{ signed_percent_in_words('change_percent') }}
                || ', 95% interval ' || {{ signed_percent_in_words('change_lower') }} || ' to '
                || {{ signed_percent_in_words('change_upper') }} || ').'
        end as statement
    from measure_change

),

shape_years as (

    select
        metric_id,
        metric_name,
        financial_year,
        geography_level,
        area_code,
        area_name,
        breakdown,
        category,
        unit,
        cast(value as double) as value,
        case when status = 'complete' and not is_of_other_definitions then cast(base_value as double) end as base_value,
        change_percent,
        change_lower,
        change_upper,
        interval_method,
        statement,
        status,
        definition_version,
        completeness_percent
    from word_years

),

take_force_months as (

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
    inner join judge_years as years
        on
            months.metric_id = years.metric_id
            and months.geography_level = years.geography_level
            and months.area_code = years.area_code
            and months.breakdown = years.breakdown
            and months.category = years.category
            and months.financial_year = years.financial_year

),

count_feed_years as (

    select
        feed,
        financial_year,
        sum(case when is_received then 1 else 0 end) as months_received,
        {{ joined_text("case when not is_received then month || ' (' || status || ')' end", ', ', 'month') }} as missing
    from feed_months
    group by feed, financial_year

),

find_forces as (

    select distinct
        force_code,
        force_name
    from districts

),

shape_feed_years as (

    -- Completeness itself is always known: a year of which nothing was received is complete at 0 %.
    select
        metrics.metric_id,
        metrics.metric_name,
        years.financial_year,
        'force' as geography_level,
        find_forces.force_code as area_code,
        find_forces.force_name as area_name,
        'feed' as breakdown,
        years.feed as category,
        metrics.unit,
        round(1e2 * years.months_received / 12, 1) as value,
        round(1e2 * base_years.months_received / 12, 1) as base_value,
        cast(null as double) as change_percent,
        cast(null as double) as change_lower,
        cast(null as double) as change_upper,
        cast(null as string) as interval_method,
        cast(years.months_received as string) || ' of 12 months received'
        || coalesce('; missing ' || years.missing, '') || '.' as statement,
        'complete' as status,
        definitions.definition_version,
        1e2 * years.months_received / 12 as completeness_percent
    from count_feed_years as years
    cross join find_forces
    inner join metrics on metrics.metric_id = 'M15'
    inner join definitions on metrics.definition_id = definitions.definition_id
    left join count_feed_years as base_years
        on
            years.feed = base_years.feed
            and cast(substr(years.financial_year, 1, 4) as integer)
            = cast(substr(base_years.financial_year, 1, 4) as integer) + 1

),

unite_metrics as (

    select * from shape_years
    union all
    select * from shape_months
    union all
    select * from shape_feed_years

),

date_metrics as (

    select
        unite_metrics.metric_id,
        unite_metrics.metric_name,
        unite_metrics.financial_year,
        unite_metrics.geography_level,
        unite_metrics.area_code,
        unite_metrics.area_name,
        unite_metrics.breakdown,
        unite_metrics.category,
        unite_metrics.unit,
        unite_metrics.value,
        unite_metrics.base_value,
        unite_metrics.change_percent,
        unite_metrics.change_lower,
        unite_metrics.change_upper,
        unite_metrics.interval_method,
        unite_metrics.statement,
        unite_metrics.status,
        unite_metrics.definition_version,
        find_as_of.as_of,
        round(unite_metrics.completeness_percent, 1) as completeness_percent
    from unite_metrics
    cross join find_as_of

)

select * from date_metrics
