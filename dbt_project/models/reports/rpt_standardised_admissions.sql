{#- M2 and M2b of three years together, standardised by age, beside what is published of the same areas and England. -#}
{%- set years_together, fewest_for_a_rate, single_ages = 3, 10, 91 -%}
{#- Above this share of unknown age, in per cent, no rate is given. -#}
{%- set most_of_unknown_age_percent = 20 -%}
{#- The indicator "hospital admissions for violence" of the published rates. -#}
{%- set published_indicator = '11201' -%}

with admissions as (

    select * from {{ ref('int_outcome_records') }}
    where metric_id in ('M2', 'M2b') and is_counted

),

years as (

    select * from {{ ref('fct_metric_years') }}
    where metric_id in ('M2', 'M2b') and geography_level in ('force', 'district') and breakdown = 'all'

),

residents as (

    select * from {{ ref('int_area_residents') }}
    where age is not null

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

standard_population as (

    select * from {{ ref('standard_population') }}

),

published as (

    select * from {{ ref('stg_reference__admission_rates') }}
    where indicator_id = '{{ published_indicator }}' and sex = 'Persons' and category is null

),

feed_months as (

    select * from {{ ref('fct_feed_months') }}

),

find_as_of as (

    select max(as_of) as as_of from feed_months

),

list_areas as (

    {% for level in ['force', 'district'] -%}
        select
            '{{ level }}' as geography_level,
            {{ level }}_code as area_code,
            district_code
        from districts
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

number_years as (

    select
        *,
        cast(substr(financial_year, 1, 4) as integer) as start_year
    from years

),

join_years_together as (

    -- Each year with the two before it; a period of which one is not there, or cannot be counted, is incomplete.
    select
        last_years.metric_id,
        last_years.metric_name,
        last_years.definition_version,
        last_years.geography_level,
        last_years.area_code,
        last_years.area_name,
        last_years.start_year as last_start,
        sum(case when first_years.doubt is null then first_years.value end) as admissions,
        count(case when first_years.doubt is null then first_years.value end) = {{ years_together }} as is_complete,
        count(distinct first_years.definition_version) <= 1 as has_one_definition
    from number_years as last_years
    inner join number_years as first_years
        on
            last_years.metric_id = first_years.metric_id
            and last_years.geography_level = first_years.geography_level
            and last_years.area_code = first_years.area_code
            and first_years.start_year
            between last_years.start_year - {{ years_together - 1 }} and last_years.start_year
    where last_years.area_code <> 'unlocated'
    group by
        last_years.metric_id,
        last_years.metric_name,
        last_years.definition_version,
        last_years.geography_level,
        last_years.area_code,
        last_years.area_name,
        last_years.start_year

),

list_forces as (

    select distinct
        geography_level,
        area_code
    from list_areas
    where geography_level = 'force'

),

place_admissions as (

    -- The whole area has every admission counted, that of an unlocated home too.
    select
        admissions.metric_id,
        list_forces.geography_level,
        list_forces.area_code,
        admissions.month,
        admissions.age,
        admissions.residence_district_code
    from admissions
    cross join list_forces
    union all
    select
        metric_id,
        'district' as geography_level,
        residence_district_code as area_code,
        month,
        age,
        residence_district_code
    from admissions

),

count_admissions as (

    select
        place_admissions.metric_id,
        place_admissions.geography_level,
        place_admissions.area_code,
        {{ year_beginning('place_admissions.month', 4) }} as start_year,
        standard_population.age_from,
        count(*) as admissions,
        count(case when place_admissions.residence_district_code = 'unlocated' then 1 end) as of_unlocated_homes
    from place_admissions
    left join standard_population
        on place_admissions.age between standard_population.age_from and standard_population.age_to
    group by
        place_admissions.metric_id,
        place_admissions.geography_level,
        place_admissions.area_code,
        {{ year_beginning('place_admissions.month', 4) }},
        standard_population.age_from

),

count_without_age_or_home as (

    select
        periods.metric_id,
        periods.geography_level,
        periods.area_code,
        periods.last_start,
        coalesce(
            sum(case when count_admissions.age_from is null then count_admissions.admissions end), 0
        ) as admissions_of_unknown_age,
        coalesce(sum(count_admissions.of_unlocated_homes), 0) as of_unlocated_homes
    from join_years_together as periods
    left join count_admissions
        on
            periods.metric_id = count_admissions.metric_id
            and periods.geography_level = count_admissions.geography_level
            and periods.area_code = count_admissions.area_code
            and count_admissions.start_year between periods.last_start - {{ years_together - 1 }} and periods.last_start
    group by periods.metric_id, periods.geography_level, periods.area_code, periods.last_start

),

find_whole_estimates as (

    -- An estimate that lacks an age of a district would divide by too few.
    select
        estimate_year,
        area_code
    from residents
    group by estimate_year, area_code
    having count(distinct age) = {{ single_ages }}

),

count_residents as (

    -- A band of an area has residents only where the estimate of the year has every age of every district of it.
    select
        list_areas.geography_level,
        list_areas.area_code,
        residents.estimate_year as start_year,
        standard_population.age_from,
        sum(residents.residents) as residents,
        count(distinct residents.area_code) as districts
    from list_areas
    inner join residents on list_areas.district_code = residents.area_code
    inner join find_whole_estimates
        on
            residents.estimate_year = find_whole_estimates.estimate_year
            and residents.area_code = find_whole_estimates.area_code
    inner join standard_population
        on residents.age between standard_population.age_from and standard_population.age_to
    group by
        list_areas.geography_level, list_areas.area_code, residents.estimate_year, standard_population.age_from

),

count_districts as (

    select
        geography_level,
        area_code,
        count(*) as districts
    from list_areas
    group by geography_level, area_code

),

list_bands as (

    select
        join_years_together.metric_id,
        join_years_together.geography_level,
        join_years_together.area_code,
        join_years_together.last_start,
        standard_population.age_from,
        standard_population.weight
    from join_years_together
    cross join standard_population

),

sum_residents as (

    select
        list_bands.metric_id,
        list_bands.geography_level,
        list_bands.area_code,
        list_bands.last_start,
        list_bands.age_from,
        list_bands.weight,
        case
            when
                count(count_residents.residents) = {{ years_together }}
                and min(count_residents.districts) = max(count_districts.districts)
                then sum(count_residents.residents)
        end as person_years
    from list_bands
    inner join count_districts
        on
            list_bands.geography_level = count_districts.geography_level
            and list_bands.area_code = count_districts.area_code
    left join count_residents
        on
            list_bands.geography_level = count_residents.geography_level
            and list_bands.area_code = count_residents.area_code
            and list_bands.age_from = count_residents.age_from
            and count_residents.start_year
            between list_bands.last_start - {{ years_together - 1 }} and list_bands.last_start
    group by
        list_bands.metric_id,
        list_bands.geography_level,
        list_bands.area_code,
        list_bands.last_start,
        list_bands.age_from,
        list_bands.weight

),

sum_admissions as (

    select
        sum_residents.metric_id,
        sum_residents.geography_level,
        sum_residents.area_code,
        sum_residents.last_start,
        sum_residents.age_from,
        sum_residents.weight,
        sum_residents.person_years,
        coalesce(sum(count_admissions.admissions), 0) as admissions
    from sum_residents
    left join count_admissions
        on
            sum_residents.metric_id = count_admissions.metric_id
            and sum_residents.geography_level = count_admissions.geography_level
            and sum_residents.area_code = count_admissions.area_code
            and sum_residents.age_from = count_admissions.age_from
            and count_admissions.start_year
            between sum_residents.last_start - {{ years_together - 1 }} and sum_residents.last_start
    group by
        sum_residents.metric_id,
        sum_residents.geography_level,
        sum_residents.area_code,
        sum_residents.last_start,
        sum_residents.age_from,
        sum_residents.weight,
        sum_residents.person_years

),

standardise as (

    select
        metric_id,
        geography_level,
        area_code,
        last_start,
        sum(admissions) as admissions_of_known_age,
        sum(person_years) as person_years,
        count(nullif(person_years, 0)) = count(*) as has_population,
        1e5 * ({{ standardised_rate('admissions', 'nullif(person_years, 0)', 'weight') }}) as rate,
        1e5 * ({{ standardised_lower('admissions', 'nullif(person_years, 0)', 'weight') }}) as rate_lower,
        1e5 * ({{ standardised_upper('admissions', 'nullif(person_years, 0)', 'weight') }}) as rate_upper
    from sum_admissions
    group by metric_id, geography_level, area_code, last_start

),

judge_rates as (

    select
        periods.*,
        standardise.rate,
        standardise.rate_lower,
        standardise.rate_upper,
        case when standardise.has_population then standardise.person_years end as person_years,
        count_without_age_or_home.admissions_of_unknown_age,
        count_without_age_or_home.of_unlocated_homes,
        case
            when not periods.is_complete then 'three complete years are needed'
            when not periods.has_one_definition then 'counted under more than one version of the definition'
            when not standardise.has_population then 'no population by age of each year'
            when standardise.admissions_of_known_age < {{ fewest_for_a_rate }}
                then 'under {{ fewest_for_a_rate }} of known age'
            when
                1e2 * count_without_age_or_home.admissions_of_unknown_age
                > {{ most_of_unknown_age_percent }} * (
                    standardise.admissions_of_known_age + count_without_age_or_home.admissions_of_unknown_age
                )
                then 'more than {{ most_of_unknown_age_percent }} % are of unknown age'
        end as why_no_rate
    from join_years_together as periods
    inner join standardise
        on
            periods.metric_id = standardise.metric_id
            and periods.geography_level = standardise.geography_level
            and periods.area_code = standardise.area_code
            and periods.last_start = standardise.last_start
    inner join count_without_age_or_home
        on
            periods.metric_id = count_without_age_or_home.metric_id
            and periods.geography_level = count_without_age_or_home.geography_level
            and periods.area_code = count_without_age_or_home.area_code
            and periods.last_start = count_without_age_or_home.last_start

),

rank_published as (

    select
        *,
        row_number() over (partition by area_code, period order by edition desc, record_id asc) as by_edition
    from published
    where
        area_code = 'E92000001'
        or area_code in (select districts.district_code from districts)

),

unite_rates as (

    select
        metric_id,
        'own records' as comparator,
        geography_level,
        area_code,
        area_name,
        {{ period_named('last_start', years_together) }} as period,
        case when is_complete and has_one_definition then cast(admissions as integer) end as admissions,
        case
            when is_complete and has_one_definition then cast(admissions_of_unknown_age as integer)
        end as admissions_of_unknown_age,
        case
            when is_complete and has_one_definition and geography_level = 'force'
                then cast(of_unlocated_homes as integer)
        end as admissions_of_unlocated_homes,
        cast(person_years as bigint) as person_years,
        case when why_no_rate is null then round(rate, 2) end as rate_per_100000,
        case when why_no_rate is null then round(rate_lower, 2) end as rate_lower,
        case when why_no_rate is null then round(rate_upper, 2) end as rate_upper,
        why_no_rate,
        definition_version,
        cast(null as integer) as edition
    from judge_rates
    union all
    select
        'M2b' as metric_id,
        'published' as comparator,
        case when area_code = 'E92000001' then 'country' else 'district' end as geography_level,
        area_code,
        area_name,
        period,
        cast(admissions as integer) as admissions,
        cast(null as integer) as admissions_of_unknown_age,
        cast(null as integer) as admissions_of_unlocated_homes,
        cast(person_years as bigint) as person_years,
        round(rate_per_100000, 2) as rate_per_100000,
        round(rate_lower, 2) as rate_lower,
        round(rate_upper, 2) as rate_upper,
        case when rate_per_100000 is null then coalesce(value_note, 'no value is published') end as why_no_rate,
        cast(null as string) as definition_version,
        edition
    from rank_published
    where by_edition = 1

),

date_rates as (

    select
        unite_rates.*,
        find_as_of.as_of
    from unite_rates
    cross join find_as_of

)

select * from date_rates
