{#- Below this count no rate is given; this many years are shown. -#}
{%- set fewest_for_a_rate, most_years = 10, 10 -%}

with crimes as (

    select * from {{ ref('int_comparator_crimes') }}

),

area_residents as (

    select * from {{ ref('int_area_residents') }}
    where age is null

),

forces as (

    select * from {{ ref('police_forces') }}

),

breaks as (

    select * from {{ ref('comparator_breaks') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

own_years as (

    select * from {{ ref('fct_metric_years') }}
    where metric_id in ('M1', 'M1b') and geography_level in ('force', 'csp') and breakdown = 'all'

),

feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

find_as_of as (

    select max(as_of) as as_of from feed_months

),

metrics as (

    select * from {{ ref('metrics') }}
    where metric_id in ('M1', 'M1b')

),

list_csps as (

    select distinct
        csp_code,
        csp_name,
        force_code
    from districts

),

list_members as (

    -- The forces, and within the partnership's the community safety partnerships, whose crimes each area sums.
    select
        'own area' as comparator,
        'force' as geography_level,
        forces.force_code as area_code,
        forces.force_name as area_name,
        forces.force_code,
        cast(null as string) as csp_name
    from forces
    where forces.force_code in (select list_csps.force_code from list_csps)
    union all
    select
        'own area' as comparator,
        'csp' as geography_level,
        csp_code as area_code,
        csp_name as area_name,
        force_code,
        csp_name
    from list_csps
    union all
    select
        'similar force' as comparator,
        'force' as geography_level,
        force_code as area_code,
        force_name as area_name,
        force_code,
        cast(null as string) as csp_name
    from forces
    where is_most_similar
    union all
    select
        'most similar forces' as comparator,
        'group' as geography_level,
        'most similar forces' as area_code,
        'Most similar forces' as area_name,
        force_code,
        cast(null as string) as csp_name
    from forces
    where is_most_similar
    union all
    select
        'England' as comparator,
        'country' as geography_level,
        'E92000001' as area_code,
        'England' as area_name,
        force_code,
        cast(null as string) as csp_name
    from forces
    where country = 'England'

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

count_members as (

    -- Each force of an area in each year: its crimes, or none where the table has not all of its quarters.
    select
        metrics.metric_id,
        keep_newest_years.financial_year,
        keep_newest_years.start_year,
        list_members.comparator,
        list_members.geography_level,
        list_members.area_code,
        list_members.area_name,
        list_members.force_code,
        list_members.csp_name,
        max(crimes.edition) as edition,
        case when min(crimes.quarters) = 4 then sum(crimes.crimes) end as crimes
    from list_members
    cross join metrics
    cross join keep_newest_years
    left join crimes
        on
            metrics.metric_id = crimes.metric_id
            and keep_newest_years.financial_year = crimes.financial_year
            and list_members.force_code = crimes.force_code
            and coalesce(list_members.csp_name = crimes.csp_name, true)
    where keep_newest_years.by_age <= {{ most_years }}
    group by
        metrics.metric_id,
        keep_newest_years.financial_year,
        keep_newest_years.start_year,
        list_members.comparator,
        list_members.geography_level,
        list_members.area_code,
        list_members.area_name,
        list_members.force_code,
        list_members.csp_name

),

name_what_lacks as (

    select
        count_members.*,
        forces.force_name,
        breaks.reason as break_reason
    from count_members
    inner join forces on count_members.force_code = forces.force_code
    left join breaks
        on
            count_members.metric_id = breaks.metric_id
            and count_members.force_code = breaks.force_code
            and count_members.financial_year = breaks.first_year

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
        case when count(crimes) = count(*) then cast(sum(crimes) as integer) end as crimes,
        -- Where the tables have nothing of the year at all, no list of forces says more.
        case
            when max(edition) is not null
                then {{ joined_text('case when crimes is null then force_name end', ', ', 'force_name') }}
        end as lacking,
        {{ joined_text("case when break_reason is not null then force_name || ', ' || break_reason end", '; ',
            'force_name') }} as break_reason
    from name_what_lacks
    group by metric_id, financial_year, start_year, comparator, geography_level, area_code, area_name

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
        'the tables have not all four quarters of ' || lacking as lacking,
        break_reason
    from sum_areas
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
            when own_years.base_definition_version <> own_years.definition_version
                then 'counted under ' || own_years.definition_version
        end as break_reason
    from own_years
    inner join keep_newest_years on own_years.financial_year = keep_newest_years.financial_year
    where keep_newest_years.by_age <= {{ most_years }} and own_years.area_code <> 'unlocated'

),

list_residents_of as (

    -- Of what the residents of an area are the sum: itself, the districts of a partnership, the forces of the group.
    select distinct
        geography_level,
        area_code,
        force_code as counted_code
    from list_members
    where geography_level in ('force', 'group')
    union all
    select
        'csp' as geography_level,
        csp_code as area_code,
        district_code as counted_code
    from districts
    union all
    select
        'country' as geography_level,
        'E92000001' as area_code,
        'E92000001' as counted_code

),

list_population_years as (

    select distinct start_year from keep_newest_years

),

sum_residents as (

    select
        list_residents_of.geography_level,
        list_residents_of.area_code,
        list_population_years.start_year,
        max(area_residents.population) as population,
        case
            when count(area_residents.residents) = count(*) then cast(sum(area_residents.residents) as integer)
        end as residents
    from list_residents_of
    cross join list_population_years
    left join area_residents
        on
            list_residents_of.counted_code = area_residents.area_code
            and list_population_years.start_year = area_residents.estimate_year
    group by list_residents_of.geography_level, list_residents_of.area_code, list_population_years.start_year

),

join_residents as (

    select
        add_own_records.*,
        nullif(sum_residents.residents, 0) as residents,
        case when sum_residents.residents is not null then sum_residents.population end as population,
        max(case when add_own_records.break_reason is not null then add_own_records.financial_year end) over (
            partition by
                add_own_records.metric_id,
                add_own_records.comparator,
                add_own_records.geography_level,
                add_own_records.area_code
            order by add_own_records.financial_year
        ) as comparable_since
    from add_own_records
    left join sum_residents
        on
            add_own_records.geography_level = sum_residents.geography_level
            and add_own_records.area_code = sum_residents.area_code
            and add_own_records.start_year = sum_residents.start_year

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
    from join_residents

),

compare as (

    select
        rates.*,
        base.rate as base_rate,
        england.rate as england_rate
    from measure_rates as rates
    left join measure_rates as base
        on
            rates.metric_id = base.metric_id
            and rates.comparator = base.comparator
            and rates.geography_level = base.geography_level
            and rates.area_code = base.area_code
            and rates.start_year = base.start_year + 1
            and rates.break_reason is null
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
        round(compare.base_rate, 4) as base_rate_per_1000,
        round({{ change_percent('compare.rate', 'compare.base_rate') }}, 1) + 0e0 as change_percent,
        round(compare.rate / compare.england_rate, 4) as ratio_to_england,
        case when compare.crimes is null then 'incomplete' else 'complete' end as status,
        case
            when compare.crimes is null then coalesce(compare.lacking, 'no table has the year')
            when compare.residents is null then 'no population of the year'
            when compare.crimes < {{ fewest_for_a_rate }} then 'under {{ fewest_for_a_rate }}'
        end as why_no_rate,
        compare.break_reason,
        compare.comparable_since,
        compare.edition,
        find_as_of.as_of
    from compare
    inner join metrics on compare.metric_id = metrics.metric_id
    cross join find_as_of

)

select * from shape_comparators
