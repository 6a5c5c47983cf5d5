{#- Events that the unit schedules itself are work done: no underlying rate, so no interval. -#}
{%- set scheduled_unit = 'events' -%}

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
            and unit <> '{{ scheduled_unit }}'
            and base_value >= {{ smallest_base() }}
            and coalesce(base_definition_version = definition_version, true)
            and coalesce(area_code, '') <> 'unlocated',
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
        case when is_comparable then {{ interval_method('value', 'base_value') }} end as interval_method,
        case
            when is_comparable and geography_level in ('csp', 'district') and breakdown = 'all'
                then {{ change_p_value('value', 'base_value', 'dispersion') }}
        end as p_value
    from judge_years

),

rank_areas as (

    select
        *,
        count(p_value) over (partition by metric_id, financial_year, geography_level, breakdown) as comparisons,
        row_number() over (
            partition by metric_id, financial_year, geography_level, breakdown
            order by p_value nulls last, area_code
        ) as place
    from measure_change

),

compare_areas_together as (

    -- The areas of a level are one family of tests.
    select
        *,
        round({{ holm('metric_id, financial_year, geography_level, breakdown') }}, 4) as running_p_value
    from rank_areas

),

judge_changes as (

    select
        *,
        case when p_value is not null then running_p_value end as adjusted_p_value,
        change_upper < 0 or change_lower > 0 as is_clear_alone,
        (change_upper < 0 or change_lower > 0)
        and (p_value is null or running_p_value < {{ significance_level() }}) as is_clear
    from compare_areas_together

),

word_years as (

    select
        *,
        case
            when status = 'not available' then 'Not available: no month of this year can be counted.'
            when status = 'incomplete' then 'Incomplete, so no figure is given: ' || coalesce(missing, doubt) || '.'
            when area_code = 'unlocated'
                then
                    {{ thousands('value') }} || ' ' || unit
                    || '. No comparison: what has no area tells how well places are recorded.'
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
            when unit = '{{ scheduled_unit }}'
                then
                    {{ thousands('base_value') }} || ' in ' || base_year || ' and '
                    || {{ thousands('value') }} || ' in ' || financial_year || ' (' || unit
                    || '): counts of work that is planned, so no change is judged.'
            when base_value < {{ smallest_base() }}
                then
                    {{ thousands('base_value') }} || ' in ' || base_year || ' and '
                    || {{ thousands('value') }} || ' in ' || financial_year || ' (' || unit
                    || '): the base is too small for a percentage (under {{ smallest_base() }}).'
            when is_clear
                then
                    case when change_upper < 0 then 'Down ' else 'Up ' end || {{ percent_in_words('change_percent') }}
                    || ' on ' || base_year || ', from ' || {{ thousands('base_value') }} || ' to '
                    || {{ thousands('value') }} || ' ' || unit || ' (95% interval '
                    || {{ signed_percent_in_words('change_lower') }} || ' to '
                    || {{ signed_percent_in_words('change_upper') }} || ').'
            else
                'No clear change on ' || base_year
                || case
                    when is_clear_alone
                        then ' after allowing for ' || cast(comparisons as string) || ' comparisons'
                    else ''
                end
                || ': ' || {{ thousands('base_value') }} || ' to '
                || {{ thousands('value') }} || ' ' || unit || ' (' || {{ signed_percent_in_words('change_percent') }}
                || ', 95% interval ' || {{ signed_percent_in_words('change_lower') }} || ' to '
                || {{ signed_percent_in_words('change_upper') }} || ').'
        end
        || case
            when status = 'complete' and unknown_code_rows > 0
                then
                    ' ' || {{ thousands('unknown_code_rows') }} || ' more' || {{ what_cannot_be_classed('metric_id') }}
                    || {{ why_it_cannot_be_classed('metric_id') }} || '.'
            else ''
        end as statement
    from judge_changes

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
        quarantined_rows,
        adjusted_p_value,
        case when status = 'complete' then victims end as victims
    from word_years

)

select * from shape_years
