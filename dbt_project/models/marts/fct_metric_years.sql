{%- set family = 'metric_id, financial_year, geography_level, breakdown, recording, is_judged_together' -%}
{%- set recordings = [
    ('as recorded', 'value'),
    ('as the year before', 'greatest(0e0, value + extra_unknown * counted_share)'),
] -%}

with metric_months as (

    select * from {{ ref('fct_metric_months') }}

),

weapon_flags as (

    select * from {{ ref('int_weapon_flags') }}

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
            {{ same_series('months', 'base_months') }}
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

compare_weapon_flags as (

    -- Some weapons are never recorded. How many crimes more do not tell theirs than by the share of the year before
    -- (less than nought: fewer), where the shares differ beyond chance, and the greater of the two years' shares of the
    -- counted among those that tell.
    select
        years.metric_id,
        years.geography_level,
        years.area_code,
        years.breakdown,
        years.category,
        years.financial_year,
        years.value,
        years.base_value,
        years.dispersion,
        flags.unknown_crimes,
        base_flags.unknown_crimes as base_unknown_crimes,
        case
            when {{ shares_differ(
                'flags.unknown_crimes', 'flags.crimes', 'base_flags.unknown_crimes', 'base_flags.crimes'
            ) }}
                then flags.unknown_crimes - 1e0 * flags.crimes * base_flags.unknown_crimes / base_flags.crimes
            else 0e0
        end as extra_unknown,
        greatest(
            coalesce(1e0 * years.value / nullif(flags.crimes - flags.unknown_crimes, 0), 0e0),
            coalesce(1e0 * years.base_value / nullif(base_flags.crimes - base_flags.unknown_crimes, 0), 0e0)
        ) as counted_share
    from sum_years as years
    left join weapon_flags as flags
        on
            {{ same_series('years', 'flags') }}
            and years.financial_year = flags.financial_year
    left join weapon_flags as base_flags
        on
            {{ same_series('years', 'base_flags') }}
            and cast(substr(years.financial_year, 1, 4) as integer)
            = cast(substr(base_flags.financial_year, 1, 4) as integer) + 1
    where
        years.metric_id in (select weapon_flags.metric_id from weapon_flags)
        and years.area_code <> 'unlocated'
        and years.value + years.base_value > 0

),

test_changes as (

    -- The change as recorded, and as it would be had as many crimes told their weapon as in the year before.
    {% for recording, count in recordings -%}
        select
            *,
            '{{ recording }}' as recording,
            sign({{ count }} - base_value) as direction,
            {{ change_p_value(count, 'base_value', 'dispersion') }} as p_value,
            -- As annual_metrics__years judges them: areas of a level together, those with a percentage.
            geography_level <> 'force' and base_value >= {{ smallest_base() }} as is_judged_together
        from compare_weapon_flags
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

rank_changes as (

    select
        *,
        case when is_judged_together then count(*) over (partition by {{ family }}) else 1 end as comparisons,
        case
            when is_judged_together
                then row_number() over (partition by {{ family }} order by p_value, area_code)
            else 1
        end as place
    from test_changes

),

judge_changes as (

    select
        *,
        case
            when
                {{ holm(family ~ ", case when is_judged_together then '' else area_code || category end") }}
                < {{ significance_level() }}
                then direction
            else 0
        end as verdict
    from rank_changes

),

find_lost_weapons as (

    -- Where what is said of the change hangs on it, or the figure is nought: which of the two years tells too few.
    select
        metric_id,
        geography_level,
        area_code,
        breakdown,
        category,
        financial_year,
        extra_unknown > 0 as is_in_doubt,
        case when extra_unknown > 0 then unknown_crimes else base_unknown_crimes end as unknown_weapons
    from judge_changes
    where extra_unknown <> 0
    group by
        metric_id,
        geography_level,
        area_code,
        breakdown,
        category,
        financial_year,
        extra_unknown,
        value,
        base_value,
        unknown_crimes,
        base_unknown_crimes
    having
        min(verdict) <> max(verdict)
        or (extra_unknown > 0 and value = 0)
        or (extra_unknown < 0 and base_value = 0)

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
            when lost_weapons.is_in_doubt
                then
                    'the weapon of '
                    || {{ thousands('lost_weapons.unknown_weapons') }}
                    || ' crimes of ' || add_unlocated.financial_year
                    || ' is not recorded, a greater share than the year before, and they could belong here'
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
        end as doubt,
        case
            when not lost_weapons.is_in_doubt
                then
                    'the weapon of '
                    || {{ thousands('lost_weapons.unknown_weapons') }}
                    || ' crimes of '
                    || {{ financial_year_named('(cast(substr(add_unlocated.financial_year, 1, 4) as integer) - 1)') }}
                    || ' is not recorded, a greater share than the year after, and they could belong here'
        end as doubt_of_base
    from add_unlocated
    left join limits on add_unlocated.metric_id = limits.metric_id
    left join find_lost_weapons as lost_weapons
        on
            {{ same_series('add_unlocated', 'lost_weapons') }}
            and add_unlocated.financial_year = lost_weapons.financial_year

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
        coalesce(base_years.doubt, judge_years.doubt_of_base) as base_doubt
    from judge_years
    left join judge_years as base_years
        on
            {{ same_series('judge_years', 'base_years') }}
            and cast(substr(judge_years.financial_year, 1, 4) as integer)
            = cast(substr(base_years.financial_year, 1, 4) as integer) + 1

)

select * from take_doubts_of_base_years
