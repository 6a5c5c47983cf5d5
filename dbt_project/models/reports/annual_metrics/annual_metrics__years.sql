{#- Below this base no percentage is given: docs/methods.md#small-numbers. -#}
{%- set smallest_base = 50 -%}

with metric_years as (

    select * from {{ ref('fct_metric_years') }}

),

judge_years as (

    select
        *,
        {{ financial_year_named('(cast(substr(financial_year, 1, 4) as integer) - 1)') }} as base_year,
        case
            when months_received = 12 and doubt is null then 'complete'
            when completeness_percent = 0 then 'not available'
            else 'incomplete'
        end as status,
        coalesce(base_definition_version <> definition_version, false) as is_of_other_definitions,
        coalesce(
            months_received = 12
            and base_months_received = 12
            and doubt is null
            and base_doubt is null
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
            when status = 'incomplete' then 'Incomplete, so no figure is given: ' || coalesce(missing, doubt) || '.'
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
            when base_doubt is not null
                then
                    {{ thousands('value') }} || ' ' || unit || '. No comparison: ' || base_year || ' is incomplete: '
                    || base_doubt || '.'
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
        end
        || case
            when status = 'complete' and unknown_code_rows > 0
                then
                    ' ' || {{ thousands('unknown_code_rows') }}
                    || ' more crimes have an offence code that is not known and could belong here.'
            else ''
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
        case when status = 'complete' then cast(value as double) end as value,
        case
            when status = 'complete' and base_doubt is null and not is_of_other_definitions
                then cast(base_value as double)
        end as base_value,
        change_percent,
        change_lower,
        change_upper,
        interval_method,
        statement,
        status,
        definition_version,
        completeness_percent,
        unknown_code_rows,
        unlocated_rows,
        quarantined_rows
    from word_years

)

select * from shape_years
