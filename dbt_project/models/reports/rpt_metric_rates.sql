{#- Below this count no rate is given, and below this number of areas no funnel: docs/methods.md#rates. -#}
{%- set fewest_for_a_rate, fewest_areas, fewest_expected, most_scatter = 10, 8, 5, 10 -%}
{%- set areas_together = 'metric_id, financial_year, geography_level, breakdown' -%}
{%- set levels = ['force', 'csp', 'district'] -%}
{#- What the annual report publishes is judged as it judges; every other figure of the force takes their number into
    account. -#}
{%- set judged_alone = "('M1', 'M1b')" -%}

with years as (

    select * from {{ ref('annual_metrics__years') }}

),

dispersions as (

    select * from {{ ref('fct_metric_years') }}

),

small_count_tests as (

    select * from {{ ref('annual_metrics__small_count_tests') }}

),

residents as (

    select * from {{ ref('int_residents') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

find_as_of as (

    select max(as_of) as as_of from feed_months

),

list_years as (

    select distinct
        financial_year,
        cast(substr(financial_year, 1, 4) as integer) as start_year
    from years

),

populations as (

    select distinct
        age_group,
        edition,
        population
    from residents

),

rank_populations as (

    -- The population of the year itself, or else the nearest; of two as near the older is known to be of before.
    select
        list_years.financial_year,
        populations.age_group,
        populations.population,
        row_number() over (
            partition by list_years.financial_year, populations.age_group
            order by abs(populations.edition - list_years.start_year), populations.edition, populations.population
        ) as by_nearness
    from list_years
    cross join populations

),

count_residents as (

    -- An area with a district of which no population is known has none.
    {% for level in levels -%}
        select
            '{{ level }}' as geography_level,
            districts.{{ level }}_code as area_code,
            rank_populations.financial_year,
            rank_populations.age_group,
            rank_populations.population,
            case when count(residents.residents) = count(*) then sum(residents.residents) end as residents
        from rank_populations
        cross join districts
        left join residents
            on
                rank_populations.age_group = residents.age_group
                and rank_populations.population = residents.population
                and districts.district_code = residents.district_code
        where rank_populations.by_nearness = 1
        group by
            districts.{{ level }}_code,
            rank_populations.financial_year,
            rank_populations.age_group,
            rank_populations.population
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

join_residents as (

    select
        years.*,
        dispersions.dispersion,
        small_count_tests.p_value as exact_p_value,
        -- Nothing in the base year bounds a rise from none.
        case
            when years.base_value = 0 or small_count_tests.smaller is null then null
            when years.value <= years.base_value then 1e2 * (small_count_tests.ratio_lower - 1)
            else 1e2 * (1 / small_count_tests.ratio_upper - 1)
        end as exact_change_lower,
        case
            when years.base_value = 0 or small_count_tests.smaller is null then null
            when years.value <= years.base_value then 1e2 * (small_count_tests.ratio_upper - 1)
            else 1e2 * (1 / small_count_tests.ratio_lower - 1)
        end as exact_change_upper,
        find_as_of.as_of,
        count_residents.population,
        cast(nullif(count_residents.residents, 0) as integer) as residents
    from years
    cross join find_as_of
    inner join dispersions
        on
            {{ same_series('years', 'dispersions') }}
            and years.financial_year = dispersions.financial_year
    -- Years under two definitions have no base value here, and work that is planned is no draw from a rate.
    left join small_count_tests
        on
            years.unit <> 'events'
            and least(years.value, years.base_value) = small_count_tests.smaller
            and greatest(years.value, years.base_value) = small_count_tests.larger
    left join count_residents
        on
            years.geography_level = count_residents.geography_level
            and years.area_code = count_residents.area_code
            and years.financial_year = count_residents.financial_year
            -- Victims and children of other ages than the population is counted in have no rate.
            and years.metric_id not in ('M7a', 'M7b', 'M9')
            and case when years.breakdown in ('all', 'age') then years.category end = count_residents.age_group

),

measure_rates as (

    select
        *,
        -- Events that the unit plans are drawn from no rate.
        case when unit = 'events' or value is null then null else {{ poisson_lower('value') }} end as count_lower,
        case when unit = 'events' or value is null then null else {{ poisson_upper('value') }} end as count_upper,
        value >= {{ fewest_for_a_rate }} and residents is not null as has_rate,
        case
            when
                geography_level = 'force'
                and breakdown in ('all', 'age')
                and metric_id not in {{ judged_alone }}
                and change_percent is not null
                then {{ change_p_value('value', 'base_value', 'dispersion') }}
        end as change_p_value,
        case
            when geography_level <> 'force' and breakdown = 'all' and value is not null and residents is not null
                then
                    residents * sum(value) over (
                        partition by {{ areas_together }}, residents is null
                    ) / sum(residents) over (
                        partition by {{ areas_together }}, value is null
                    )
        end as expected_value
    from join_residents

),

standardise as (

    select
        *,
        case when expected_value >= {{ fewest_expected }} then {{ funnel_z('value', 'expected_value') }} end as funnel_z
    from measure_rates

),

rank_areas as (

    select
        *,
        count(funnel_z) over (partition by {{ areas_together }}) as areas,
        row_number() over (
            partition by {{ areas_together }}
            order by funnel_z nulls last, area_code
        ) as by_z,
        count(change_p_value) over (partition by financial_year) as tests,
        row_number() over (
            partition by financial_year order by change_p_value nulls last, metric_id, breakdown, category, area_code
        ) as by_change
    from standardise

),

draw_in as (

    select
        *,
        case
            when funnel_z is null then null
            when by_z <= floor(areas / 10e0)
                then max(case when by_z = floor(areas / 10e0) + 1 then funnel_z end) over (
                    partition by {{ areas_together }}
                )
            when by_z > areas - floor(areas / 10e0)
                then max(case when by_z = areas - floor(areas / 10e0) then funnel_z end) over (
                    partition by {{ areas_together }}
                )
            else funnel_z
        end as winsorised_z
    from rank_areas

),

find_scatter as (

    select
        *,
        case
            when funnel_z is not null and areas >= {{ fewest_areas }}
                then greatest(
                    1e0,
                    avg(winsorised_z * winsorised_z) over (
                        partition by {{ areas_together }}
                    )
                )
        end as funnel_dispersion
    from draw_in

),

test_areas as (

    select
        *,
        case
            when change_p_value is not null
                then {{ false_discovery_p_value('change_p_value', 'by_change', 'financial_year') }}
        end as change_q_value,
        case
            when funnel_dispersion is not null
                then 2e0 * ({{ normal_upper_tail('abs(funnel_z / sqrt(funnel_dispersion))') }})
        end as funnel_p_value
    from find_scatter

),

rank_outliers as (

    select
        test_areas.*,
        row_number() over (
            partition by {{ areas_together }}
            order by test_areas.funnel_p_value nulls last, test_areas.area_code
        ) as by_outlier
    from test_areas

),

judge_areas as (

    select
        *,
        case
            when funnel_p_value is not null
                then {{ false_discovery_p_value('funnel_p_value', 'by_outlier', areas_together, 'areas') }}
        end as funnel_q_value
    from rank_outliers

),

shape_rates as (

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
        value,
        base_value,
        change_percent,
        change_lower,
        change_upper,
        interval_method,
        adjusted_p_value,
        round(change_q_value, 4) as false_discovery_p_value,
        case
            when change_percent is null then 'not published'
            when change_upper >= 0 and change_lower <= 0 then 'no clear change'
            when coalesce(adjusted_p_value, change_q_value, 0e0) >= {{ significance_level() }} then 'no clear change'
            when change_upper < 0 then 'fell'
            else 'rose'
        end as verdict,
        round(exact_p_value, 4) as exact_p_value,
        round(exact_change_lower, 1) as exact_change_lower,
        round(exact_change_upper, 1) as exact_change_upper,
        statement,
        round(count_lower, 1) as count_lower,
        round(count_upper, 1) as count_upper,
        population,
        residents,
        case when has_rate then round(1e3 * value / residents, 4) end as rate_per_1000,
        case when has_rate then round(1e3 * count_lower / residents, 4) end as rate_lower,
        case when has_rate then round(1e3 * count_upper / residents, 4) end as rate_upper,
        case
            when has_rate or breakdown not in ('all', 'age') or metric_id in ('M7a', 'M7b', 'M9') then null
            when value is null then 'incomplete'
            when residents is null and area_code <> 'unlocated' and category not in ('unknown', 'no person')
                then 'no population'
            when value < {{ fewest_for_a_rate }} then 'under {{ fewest_for_a_rate }}'
        end as why_no_rate,
        case when funnel_dispersion is not null then round(expected_value, 1) end as expected_value,
        round(funnel_dispersion, 4) as funnel_dispersion,
        case
            when funnel_dispersion is not null
                then round({{ funnel_limit('expected_value', 'funnel_dispersion', '-') }}, 1)
        end as funnel_lower,
        case
            when funnel_dispersion is not null
                then round({{ funnel_limit('expected_value', 'funnel_dispersion', '+') }}, 1)
        end as funnel_upper,
        round(funnel_q_value, 4) as funnel_q_value,
        case
            when funnel_q_value is null then null
            when funnel_dispersion > {{ most_scatter }} then 'too scattered'
            when funnel_q_value >= {{ significance_level() }} then 'as expected'
            when funnel_z > 0 then 'above'
            else 'below'
        end as funnel_position,
        status,
        definition_version,
        as_of,
        round(completeness_percent, 1) as completeness_percent,
        unknown_code_rows,
        unlocated_rows,
        quarantined_rows,
        victims
    from judge_areas

)

select * from shape_rates
