with metric_months as (

    select * from {{ ref('fct_metric_months') }}

),

event_records as (

    select
        *,
        {{ financial_year_of_month(month_of('recorded_date')) }} as recorded_year
    from {{ ref('int_event_records') }}
    where feed = 'police__offences' and crimes = 1

),

limits as (

    {{ completeness_limits([
        'unknown_code_percent', 'fewest_unknown_code_rows', 'located_percent', 'usual_share_percent',
        'fewest_usual_rows'
    ]) }}

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
        case when count(value) = 12 then cast(sum(victims) as integer) end as victims,
        -- Rounded, so that the order in which threads add up never shows in the bytes of a release.
        case
            when count(value) = 12 and count(base_month_value) = 12
                then round({{ dispersion('value', 'base_month_value') }}, 6)
        end as dispersion,
        cast(count(value) as integer) as months_received,
        cast(count(base_month_value) as integer) as base_months_received,
        count(base_month) = 12 as is_base_in_calendar,
        1e2 * sum(feeds_received) / sum(feeds_needed) as completeness_percent,
        cast(coalesce(sum(unknown_code_rows), 0) as integer) as unknown_code_rows,
        cast(coalesce(sum(quarantined_rows), 0) as integer) as quarantined_rows,
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

),

find_unlocated as (

    -- For each level with an area for what has none: its count, and the whole force's.
    select
        unlocated.metric_id,
        unlocated.geography_level,
        unlocated.financial_year,
        unlocated.value as unlocated_rows,
        whole.value as whole_value,
        whole.base_value as whole_base_value
    from sum_years as unlocated
    inner join sum_years as whole
        on
            unlocated.metric_id = whole.metric_id
            and unlocated.financial_year = whole.financial_year
            and whole.geography_level = 'force'
            and whole.breakdown = 'all'
    where unlocated.area_code = 'unlocated' and unlocated.breakdown = 'all'

),

add_unlocated as (

    select
        sum_years.*,
        find_unlocated.unlocated_rows,
        find_unlocated.whole_value,
        find_unlocated.whole_base_value,
        1e2 * (find_unlocated.whole_value - find_unlocated.unlocated_rows) / nullif(find_unlocated.whole_value, 0)
            as located_percent,
        -- What the area would count now, had it kept its share of the whole.
        1e0 * sum_years.base_value * find_unlocated.whole_value / nullif(find_unlocated.whole_base_value, 0)
            as usual_value
    from sum_years
    left join find_unlocated
        on
            sum_years.metric_id = find_unlocated.metric_id
            and sum_years.geography_level = find_unlocated.geography_level
            and sum_years.financial_year = find_unlocated.financial_year
            and sum_years.area_code <> 'unlocated'

),

count_unknown_weapons as (

    -- Crimes that a metric of weapons would count if the force had recorded one of its kind.
    select
        'M3' as metric_id,
        recorded_year as financial_year,
        count(*) as unknown_weapons
    from event_records
    where is_ons_knife_offence and is_knife_enabled is null
    group by recorded_year
    union all
    select
        'M5' as metric_id,
        recorded_year as financial_year,
        count(*) as unknown_weapons
    from event_records
    where is_serious_violence and is_firearm_enabled is null
    group by recorded_year

),

find_lost_weapons as (

    -- Some weapons are never known. More than the year before, beyond chance (twice the standard error of a difference
    -- of Poisson counts), and at least half of what the whole force's figure fell by: the fall may be one of recording.
    select
        whole.metric_id,
        whole.financial_year,
        counts.unknown_weapons
    from sum_years as whole
    inner join count_unknown_weapons as counts
        on whole.metric_id = counts.metric_id and whole.financial_year = counts.financial_year
    left join count_unknown_weapons as base_counts
        on
            whole.metric_id = base_counts.metric_id
            and cast(substr(whole.financial_year, 1, 4) as integer)
            = cast(substr(base_counts.financial_year, 1, 4) as integer) + 1
    where
        whole.geography_level = 'force'
        and whole.breakdown = 'all'
        and whole.value < whole.base_value
        and 2 * (counts.unknown_weapons - coalesce(base_counts.unknown_weapons, 0)) >= whole.base_value - whole.value
        and counts.unknown_weapons - coalesce(base_counts.unknown_weapons, 0)
        > 2 * sqrt(counts.unknown_weapons + coalesce(base_counts.unknown_weapons, 0))

),

judge_years as (

    -- A doubt: every month was received, but more rows than the limits allow could not be counted.
    select
        add_unlocated.*,
        case
            when add_unlocated.value is null then null
            when {{ too_many_unknown_codes('add_unlocated.unknown_code_rows', 'add_unlocated.value') }}
                then
                    {{ thousands('add_unlocated.unknown_code_rows') }}
                    || {{ what_cannot_be_classed('add_unlocated.metric_id') }}
                    || ' of ' || add_unlocated.financial_year
                    || {{ why_it_cannot_be_classed('add_unlocated.metric_id') }}
            when find_lost_weapons.unknown_weapons is not null
                then
                    'the weapon of '
                    || {{ thousands('find_lost_weapons.unknown_weapons') }}
                    || ' crimes of ' || add_unlocated.financial_year
                    || ' is not recorded, more than the year before, and they could belong here'
            when add_unlocated.located_percent < limits.located_percent
                then
                    'only '
                    || {{ percent_in_words('add_unlocated.located_percent') }}
                    || ' of the '
                    || add_unlocated.unit
                    || ' of ' || add_unlocated.financial_year || ' could be placed in an area'
            when
                add_unlocated.base_value >= limits.fewest_usual_rows
                and 1e2 * add_unlocated.value < limits.usual_share_percent * add_unlocated.usual_value
                and add_unlocated.unlocated_rows >= add_unlocated.usual_value - add_unlocated.value
                then
                    'the share of the area is less than half of what it was the year before, and the '
                    || {{ thousands('add_unlocated.unlocated_rows') }} || ' ' || add_unlocated.unit || ' of '
                    || add_unlocated.financial_year || ' without an area could belong here'
        end as doubt
    from add_unlocated
    left join limits on add_unlocated.metric_id = limits.metric_id
    left join find_lost_weapons
        on
            add_unlocated.metric_id = find_lost_weapons.metric_id
            and add_unlocated.financial_year = find_lost_weapons.financial_year

),

take_doubts_of_base_years as (

    select
        judge_years.metric_id,
        judge_years.metric_name,
        judge_years.unit,
        judge_years.definition_version,
        judge_years.base_definition_version,
        judge_years.geography_level,
        judge_years.area_code,
        judge_years.area_name,
        judge_years.breakdown,
        judge_years.category,
        judge_years.financial_year,
        judge_years.value,
        judge_years.base_value,
        judge_years.dispersion,
        judge_years.months_received,
        judge_years.base_months_received,
        judge_years.is_base_in_calendar,
        judge_years.completeness_percent,
        judge_years.unknown_code_rows,
        judge_years.unlocated_rows,
        judge_years.quarantined_rows,
        judge_years.victims,
        judge_years.missing,
        judge_years.base_missing,
        judge_years.doubt,
        base_years.doubt as base_doubt
    from judge_years
    left join judge_years as base_years
        on
            judge_years.metric_id = base_years.metric_id
            and judge_years.geography_level = base_years.geography_level
            and judge_years.area_code = base_years.area_code
            and judge_years.breakdown = base_years.breakdown
            and judge_years.category = base_years.category
            and cast(substr(judge_years.financial_year, 1, 4) as integer)
            = cast(substr(base_years.financial_year, 1, 4) as integer) + 1

)

select * from take_doubts_of_base_years
