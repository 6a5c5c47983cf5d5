{#- Below these counts no rate and no ratio is given; this many years are shown. -#}
{%- set fewest_for_a_rate, fewest_for_a_ratio, most_years = 10, 50, 10 -%}

with crimes as (

    select * from {{ ref('int_comparator_crimes') }}

),

forces as (

    select * from {{ ref('police_forces') }}

),

members as (

    select * from {{ ref('comparators__members') }}

),

lost_partnerships as (

    select * from {{ ref('comparators__lost_partnerships') }}

),

residents as (

    select * from {{ ref('comparators__residents') }}

),

breaks as (

    select * from {{ ref('comparator_breaks') }}

),

own_years as (

    select * from {{ ref('fct_metric_years') }}
    where metric_id in ('M1', 'M1b', 'M3') and geography_level in ('force', 'csp') and breakdown = 'all'

),

feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

find_as_of as (

    select max(as_of) as as_of from feed_months

),

metrics as (

    select * from {{ ref('metrics') }}
    where metric_id in ('M1', 'M1b', 'M3')

),

list_years as (

    select financial_year from crimes
    union distinct
    select financial_year from own_years

),

keep_newest_years as (

    select
        financial_year,
        cast(substr(financial_year, 1, 4) as integer) as start_year,
        row_number() over (order by financial_year desc) as by_age
    from list_years

),

list_partnerships as (

    {{ comparator_partnerships('crimes') }}

),

find_unknown_forces as (

    select distinct
        financial_year,
        unknown_force
    from crimes
    where unknown_force is not null

),

list_unknown_forces as (

    select
        financial_year,
        {{ joined_text('unknown_force', ', ', 'unknown_force') }} as unknown_forces
    from find_unknown_forces
    group by financial_year

),

list_published_years as (

    select distinct
        metric_id,
        financial_year
    from crimes

),

list_breaks as (

    -- Years of which a force counted a part are incomplete; its new series begins after them.
    select
        *,
        coalesce(last_partial_year, first_year) as last_year,
        case
            when last_partial_year is null then first_year
            else {{ financial_year_named('(cast(substr(last_partial_year, 1, 4) as integer) + 1)') }}
        end as first_whole_year
    from breaks

),

count_members as (

    -- Each force of an area in each year: its crimes, and whether the table has all of its quarters.
    select
        metrics.metric_id,
        keep_newest_years.financial_year,
        keep_newest_years.start_year,
        list_published_years.financial_year is not null as is_published,
        members.comparator,
        members.geography_level,
        members.area_code,
        members.area_name,
        members.force_code,
        members.csp_name,
        max(list_partnerships.edition) as edition,
        sum(list_partnerships.crimes) as crimes,
        coalesce(
            max(list_partnerships.force_quarters) = 4
            and min(case when not list_partnerships.is_unassigned then list_partnerships.quarters end) = 4,
            false
        ) as has_quarters
    from members
    cross join metrics
    cross join keep_newest_years
    left join list_published_years
        on
            metrics.metric_id = list_published_years.metric_id
            and keep_newest_years.financial_year = list_published_years.financial_year
    left join list_partnerships
        on
            metrics.metric_id = list_partnerships.metric_id
            and keep_newest_years.financial_year = list_partnerships.financial_year
            and members.force_code = list_partnerships.force_code
            and coalesce(members.csp_name = list_partnerships.csp_name, true)
    where
        keep_newest_years.by_age <= {{ most_years }}
        -- Offences with a knife are published for whole forces alone.
        and (members.csp_name is null or metrics.metric_id <> 'M3')
    group by
        metrics.metric_id,
        keep_newest_years.financial_year,
        keep_newest_years.start_year,
        list_published_years.financial_year,
        members.comparator,
        members.geography_level,
        members.area_code,
        members.area_name,
        members.force_code,
        members.csp_name

),

find_breaks as (

    -- Of each force and year once, whatever breaks meet in it; one of all forces is named once and not by force.
    select
        count_members.metric_id,
        count_members.financial_year,
        count_members.force_code,
        max(case when list_breaks.first_year = count_members.financial_year then list_breaks.first_whole_year end)
            as first_whole_year,
        max(case when list_breaks.last_partial_year is not null then 1 else 0 end) = 1 as is_partial,
        {{ joined_text('case when list_breaks.first_year = count_members.financial_year
            and list_breaks.force_code is not null then list_breaks.reason end', ' and ', 'list_breaks.reason') }}
            as reason,
        {{ joined_text('case when list_breaks.first_year = count_members.financial_year
            and list_breaks.force_code is null then list_breaks.reason end', ' and ', 'list_breaks.reason') }}
            as reason_of_all
    from (
        select distinct
            metric_id,
            financial_year,
            force_code
        from count_members
    ) as count_members
    inner join list_breaks
        on
            count_members.metric_id = list_breaks.metric_id
            and coalesce(count_members.force_code = list_breaks.force_code, true)
            and count_members.financial_year between list_breaks.first_year and list_breaks.last_year
    group by count_members.metric_id, count_members.financial_year, count_members.force_code

),

name_what_lacks as (

    select
        count_members.*,
        coalesce(count_members.csp_name, forces.force_name) as member_name,
        forces.force_name,
        find_breaks.reason as break_reason,
        find_breaks.reason_of_all,
        find_breaks.first_whole_year,
        coalesce(find_breaks.is_partial, false) as is_partial,
        -- A partnership alone is whole whatever others the table lacks.
        case when count_members.csp_name is null then absent.lost_partnerships end as lost_partnerships
    from count_members
    inner join forces on count_members.force_code = forces.force_code
    left join find_breaks
        on
            count_members.metric_id = find_breaks.metric_id
            and count_members.financial_year = find_breaks.financial_year
            and count_members.force_code = find_breaks.force_code
    left join lost_partnerships as absent
        on
            count_members.metric_id = absent.metric_id
            and count_members.financial_year = absent.financial_year
            and count_members.force_code = absent.force_code

),

judge_members as (

    select
        *,
        has_quarters and lost_partnerships is null and not is_partial as is_whole
    from name_what_lacks

),

sum_areas as (

    select
        metric_id,
        financial_year,
        start_year,
        comparator,
        geography_level,
        area_code,
        area_name,
        max(edition) as edition,
        case when count(case when is_whole then crimes end) = count(*) then cast(sum(crimes) as integer) end as crimes,
        is_published,
        -- Where the tables have nothing of the year at all, no list of forces says more.
        {{ joined_text('case when not has_quarters then member_name end', ', ', 'member_name') }} as without_quarters,
        {{ joined_text("case when has_quarters then force_name || ' (' || lost_partnerships || ')' end", ', ',
            'force_name') }} as without_partnerships,
        {{ joined_text('case when is_partial then force_name end', ', ', 'force_name') }} as of_a_part,
        max(first_whole_year) as first_whole_year,
        nullif(
            concat_ws(
                '; ',
                max('all forces, ' || reason_of_all),
                {{ joined_text("force_name || ', ' || break_reason", '; ', 'force_name') }}
            ),
            ''
        ) as break_reason
    from judge_members
    group by metric_id, financial_year, start_year, is_published, comparator, geography_level, area_code, area_name

),

say_what_lacks as (

    select
        sum_areas.*,
        case
            when sum_areas.is_published
                then concat_ws(
                    '; ',
                    case
                        when sum_areas.metric_id = 'M3' then 'the table has no count of the year of '
                        else 'the tables have not all four quarters of '
                    end || sum_areas.without_quarters,
                    'the tables lack partnerships of ' || sum_areas.without_partnerships,
                    'only a part of the year was counted by ' || sum_areas.of_a_part,
                    case
                        when
                            sum_areas.comparator = 'England'
                            and sum_areas.metric_id <> 'M3'
                            and sum_areas.without_quarters is not null
                            then 'no force is known by the name ' || list_unknown_forces.unknown_forces
                    end
                )
        end as lacking
    from sum_areas
    left join list_unknown_forces on sum_areas.financial_year = list_unknown_forces.financial_year

),

add_own_records as (

    select
        metric_id,
        financial_year,
        start_year,
        comparator,
        geography_level,
        area_code,
        area_name,
        edition,
        crimes,
        lacking,
        first_whole_year,
        break_reason
    from say_what_lacks
    union all
    select
        own_years.metric_id,
        own_years.financial_year,
        keep_newest_years.start_year,
        'own records' as comparator,
        own_years.geography_level,
        own_years.area_code,
        own_years.area_name,
        cast(null as integer) as edition,
        case when own_years.doubt is null then own_years.value end as crimes,
        coalesce(own_years.missing, own_years.doubt) as lacking,
        case
            when own_years.base_definition_version <> own_years.definition_version then own_years.financial_year
        end as first_whole_year,
        case
            when own_years.base_definition_version <> own_years.definition_version
                then 'counted under ' || own_years.definition_version
        end as break_reason
    from own_years
    inner join keep_newest_years on own_years.financial_year = keep_newest_years.financial_year
    where keep_newest_years.by_age <= {{ most_years }} and own_years.area_code <> 'unlocated'

),

join_residents as (

    select
        add_own_records.*,
        nullif(residents.residents, 0) as residents,
        case when residents.residents is not null then residents.population end as population,
        max(add_own_records.first_whole_year) over (
            partition by
                add_own_records.metric_id,
                add_own_records.comparator,
                add_own_records.geography_level,
                add_own_records.area_code
            order by add_own_records.financial_year
        ) as comparable_since
    from add_own_records
    left join residents
        on
            add_own_records.geography_level = residents.geography_level
            and add_own_records.area_code = residents.area_code
            and add_own_records.start_year = residents.estimate_year

),

name_newest_breaks as (

    -- What began the newest series of an area; breaks of several years may end in one.
    select
        metric_id,
        comparator,
        area_code,
        first_whole_year,
        {{ joined_text('break_reason', '; ', 'financial_year') }} as reason
    from add_own_records
    where first_whole_year is not null
    group by metric_id, comparator, area_code, first_whole_year

),

refuse_comparisons as (

    select
        join_residents.*,
        'not to be compared with the years before ' || join_residents.comparable_since || ': '
        || name_newest_breaks.reason as comparison_refused
    from join_residents
    left join name_newest_breaks
        on
            join_residents.metric_id = name_newest_breaks.metric_id
            and join_residents.comparator = name_newest_breaks.comparator
            and join_residents.area_code = name_newest_breaks.area_code
            and join_residents.comparable_since = name_newest_breaks.first_whole_year

),

measure_rates as (

    select
        *,
        case
            when crimes >= {{ fewest_for_a_rate }} then 1e3 * crimes / residents
        end as rate,
        case
            when crimes >= {{ fewest_for_a_rate }} then 1e3 * ({{ poisson_lower('crimes') }}) / residents
        end as rate_lower,
        case
            when crimes >= {{ fewest_for_a_rate }} then 1e3 * ({{ poisson_upper('crimes') }}) / residents
        end as rate_upper
    from refuse_comparisons

),

compare as (

    select
        rates.*,
        case
            when rates.crimes >= {{ fewest_for_a_ratio }} and england.crimes >= {{ fewest_for_a_ratio }}
                then rates.rate / england.rate
        end as ratio_to_england
    from measure_rates as rates
    left join measure_rates as england
        on
            england.comparator = 'England'
            and rates.metric_id = england.metric_id
            and rates.start_year = england.start_year
            and rates.comparator <> 'own records'

),

shape_comparators as (

    select
        compare.metric_id,
        metrics.metric_name,
        compare.financial_year,
        compare.comparator,
        compare.geography_level,
        compare.area_code,
        compare.area_name,
        compare.crimes,
        compare.population,
        compare.residents,
        round(compare.rate, 4) as rate_per_1000,
        round(compare.rate_lower, 4) as rate_lower,
        round(compare.rate_upper, 4) as rate_upper,
        round(compare.ratio_to_england, 4) as ratio_to_england,
        case when compare.crimes is null then 'incomplete' else 'complete' end as status,
        case
            when compare.crimes is null then coalesce(compare.lacking, 'no table has the year')
            when compare.residents is null then 'no population of the year'
            when compare.crimes < {{ fewest_for_a_rate }} then 'under {{ fewest_for_a_rate }}'
        end as why_no_rate,
        compare.break_reason,
        compare.comparable_since,
        compare.comparison_refused,
        compare.edition,
        find_as_of.as_of
    from compare
    inner join metrics on compare.metric_id = metrics.metric_id
    cross join find_as_of

)

select * from shape_comparators
