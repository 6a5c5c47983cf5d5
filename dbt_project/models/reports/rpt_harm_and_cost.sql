{#- M13 and M14: harm by the Cambridge index and cost to society of the crimes of M1b, recorded crime alone. -#}
{%- set fewest_for_a_rate = 10 -%}
{#- The ratio of the unit's own costs with and without what is never recorded: docs/methods.md#m14. -#}
{%- set unrecorded = '1.6e0' -%}
{%- set victims_ages = [
    ('all', none),
    ('under 18', 'youngest_victim_age < 18'),
    ('under 25', 'youngest_victim_age < 25'),
    ('unknown', "age_group_of_crime = 'unknown'")
] -%}

with event_records as (

    select * from {{ ref('int_event_records') }}
    where feed = 'police__offences' and is_serious_violence_excluding_possession and crimes = 1

),

crime_ages as (

    select * from {{ ref('int_crime_ages') }}

),

offence_codes as (

    select * from {{ ref('offence_codes') }}

),

unit_costs as (

    select * from {{ ref('unit_costs') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

metric_years as (

    select * from {{ ref('fct_metric_years') }}
    where metric_id = 'M1b' and breakdown = 'all'

),

areas as (

    select * from {{ ref('dim_area') }}
    where geography_level <> 'lsoa'

),

definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'CCHI'

),

find_costs as (

    select
        offence_codes.prc_code,
        max(unit_costs.cost_gbp) as cost_gbp
    from offence_codes
    inner join unit_costs on offence_codes.offence_subgroup = unit_costs.offence_subgroup
    group by offence_codes.prc_code

),

find_forces as (

    select distinct force_code from districts

),

weigh_crimes as (

    select
        {{ financial_year_of_month(month_of('event_records.recorded_date')) }} as financial_year,
        find_forces.force_code,
        coalesce(districts.csp_code, 'unlocated') as csp_code,
        coalesce(districts.district_code, 'unlocated') as district_code,
        coalesce(event_records.is_homicide, false) as is_homicide,
        event_records.harm_days,
        crime_ages.youngest_victim_age,
        crime_ages.age_group_of_crime,
        find_costs.cost_gbp
    from event_records
    inner join crime_ages on event_records.event_record_id = crime_ages.event_record_id
    cross join find_forces
    left join districts on event_records.district_code = districts.district_code
    left join find_costs on event_records.prc_code = find_costs.prc_code

),

sum_crimes as (

    {% for level in ['force', 'csp', 'district'] -%}
        {% set outer = loop -%}
        {% for name, condition in victims_ages -%}
            select
                financial_year,
                '{{ level }}' as geography_level,
                {{ level }}_code as area_code,
                '{{ name }}' as victims_age,
                count(*) as crimes,
                sum(harm_days) as harm_days,
                sum(case when is_homicide then 0e0 else harm_days end) as harm_days_without_homicides,
                sum(case when harm_days is null then 1 else 0 end) as crimes_without_weight,
                sum(cost_gbp) as cost_gbp,
                sum(case when is_homicide then 0e0 else cost_gbp end) as cost_without_homicides_gbp,
                sum(case when cost_gbp is null then 1 else 0 end) as crimes_without_cost
            from weigh_crimes
            {% if condition -%}
                where {{ condition }}
            {% endif -%}
            group by financial_year, {{ level }}_code
            {% if not (outer.last and loop.last) -%}
                union all
            {% endif -%}
        {% endfor -%}
    {% endfor %}

),

list_ages as (

    {% for name, _ in victims_ages -%}
        select '{{ name }}' as victims_age
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

join_sums as (

    select
        metric_years.financial_year,
        metric_years.geography_level,
        metric_years.area_code,
        metric_years.area_name,
        list_ages.victims_age,
        metric_years.value is not null and metric_years.doubt is null as is_complete,
        areas.usual_residents as residents,
        coalesce(sum_crimes.crimes, 0) as crimes,
        coalesce(sum_crimes.harm_days, 0e0) as harm_days,
        coalesce(sum_crimes.harm_days_without_homicides, 0e0) as harm_days_without_homicides,
        coalesce(sum_crimes.crimes_without_weight, 0) as crimes_without_weight,
        coalesce(sum_crimes.cost_gbp, 0e0) as cost_gbp,
        coalesce(sum_crimes.cost_without_homicides_gbp, 0e0) as cost_without_homicides_gbp,
        coalesce(sum_crimes.crimes_without_cost, 0) as crimes_without_cost
    from metric_years
    cross join list_ages
    left join sum_crimes
        on
            metric_years.financial_year = sum_crimes.financial_year
            and metric_years.geography_level = sum_crimes.geography_level
            and metric_years.area_code = sum_crimes.area_code
            and list_ages.victims_age = sum_crimes.victims_age
    left join areas
        on
            metric_years.geography_level = areas.geography_level
            and metric_years.area_code = areas.area_code

),

shape_sums as (

    select
        join_sums.financial_year,
        join_sums.geography_level,
        join_sums.area_code,
        join_sums.area_name,
        join_sums.victims_age,
        {% for name in ['crimes', 'crimes_without_weight', 'crimes_without_cost'] -%}
            cast(case when join_sums.is_complete then join_sums.{{ name }} end as integer) as {{ name }},
        {% endfor -%}
        case when join_sums.is_complete then round(join_sums.harm_days, 2) end as harm_days,
        case
            when join_sums.is_complete then round(join_sums.harm_days_without_homicides, 2)
        end as harm_days_without_homicides,
        case
            when
                join_sums.is_complete
                and join_sums.victims_age = 'all'
                and join_sums.crimes >= {{ fewest_for_a_rate }}
                then round(1e3 * join_sums.harm_days / nullif(join_sums.residents, 0), 2)
        end as harm_days_per_1000,
        join_sums.residents,
        case when join_sums.is_complete then round(join_sums.cost_gbp, 0) end as cost_gbp,
        case
            when join_sums.is_complete then round(join_sums.cost_without_homicides_gbp, 0)
        end as cost_without_homicides_gbp,
        case
            when join_sums.is_complete then round({{ unrecorded }} * join_sums.cost_gbp, 0)
        end as cost_with_unrecorded_gbp,
        join_sums.is_complete,
        definition.definition_version
    from join_sums
    cross join definition

)

select * from shape_sums
