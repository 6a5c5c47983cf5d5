{#- Of the crimes that M3 and M5 count if the force recorded a weapon of the kind: how many do not tell the weapon. -#}
{%- set of_weapons = [
    ('M3', 'is_ons_knife_offence', 'is_knife_enabled'),
    ('M5', 'is_serious_violence', 'is_firearm_enabled'),
] -%}
{%- set levels = [
    ('force', 'force_code', "'all'", "'all'"),
    ('csp', 'csp_code', "'all'", "'all'"),
    ('district', 'district_code', "'all'", "'all'"),
    ('force', 'force_code', "'age'", 'age_group_of_crime'),
] -%}

with event_records as (

    select * from {{ ref('int_event_records') }}
    -- Further victims of a crime have records of their own.
    where feed = 'police__offences' and crimes = 1

),

crime_ages as (

    select * from {{ ref('int_crime_ages') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

find_forces as (

    select distinct force_code from districts

),

place_crimes as (

    select
        event_records.*,
        {{ financial_year_of_month(month_of('event_records.recorded_date')) }} as financial_year,
        crime_ages.age_group_of_crime,
        find_forces.force_code,
        coalesce(districts.csp_code, 'unlocated') as csp_code,
        coalesce(event_records.district_code, 'unlocated') as counted_district_code
    from event_records
    inner join crime_ages on event_records.event_record_id = crime_ages.event_record_id
    cross join find_forces
    left join districts on event_records.district_code = districts.district_code

),

list_crimes as (

    {% for metric_id, condition, flag in of_weapons -%}
        select
            '{{ metric_id }}' as metric_id,
            financial_year,
            force_code,
            csp_code,
            counted_district_code as district_code,
            age_group_of_crime,
            {{ flag }} is null as is_unknown
        from place_crimes
        where {{ condition }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

count_crimes as (

    {% for level, code, breakdown, category in levels -%}
        select
            metric_id,
            '{{ level }}' as geography_level,
            {{ code }} as area_code,
            {{ breakdown }} as breakdown,
            {{ category }} as category,
            financial_year,
            cast(count(*) as integer) as crimes,
            cast(sum(case when is_unknown then 1 else 0 end) as integer) as unknown_crimes
        from list_crimes
        group by metric_id, {{ code }}{{ ', ' ~ category if category == 'age_group_of_crime' }}, financial_year
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select * from count_crimes
