{#- Who and where: serious violence (M1) by what is known of the people and the scene. Every part is a row, unknowns and
    noughts too, so that the parts of a breakdown add up to its whole. -#}
{%- set parts = {
    ('crimes', 'domestic'): ['domestic', 'not domestic', 'unknown'],
    ('crimes', 'setting'): ['dwelling', 'street', 'licensed premises', 'shop', 'education', 'health', 'park', 'transport',
        'other', 'unknown'],
    ('crimes', 'weapon'): ['blade', 'firearm', 'blunt', 'corrosive', 'other', 'none', 'unknown'],
    ('crimes', 'deprivation'): ['1 most deprived', '2', '3', '4', '5 least deprived', 'unknown'],
    ('crimes', 'part_of_day'): ['day', 'night', 'unknown'],
    ('victims', 'sex'): ['female', 'male', 'other', 'unknown'],
    ('victims', 'age'): ['0-9', '10-17', '18-24', '25 and over', 'unknown'],
    ('victims', 'ethnicity'): ['white', 'mixed', 'asian', 'black', 'other', 'unknown'],
    ('suspects', 'sex'): ['female', 'male', 'other', 'unknown'],
    ('suspects', 'age'): ['0-9', '10-17', '18-24', '25 and over', 'unknown'],
    ('suspects', 'ethnicity'): ['white', 'mixed', 'asian', 'black', 'other', 'unknown'],
} -%}

with event_records as (

    select * from {{ ref('int_event_records') }}
    where feed = 'police__offences' and is_serious_violence

),

offences as (

    select * from {{ ref('stg_police__offences') }}

),

age_bands as (

    select * from {{ ref('dim_age_band') }}

),

deprivation as (

    select * from {{ ref('stg_reference__deprivation') }}

),

metric_years as (

    select * from {{ ref('fct_metric_years') }}
    where metric_id = 'M1' and geography_level = 'force' and breakdown = 'all'

),

rank_editions as (

    select
        lsoa_code,
        imd_decile,
        row_number() over (partition by lsoa_code order by edition desc) as by_edition
    from deprivation

),

join_records as (

    select
        event_records.crimes,
        event_records.has_victim,
        event_records.is_domestic,
        event_records.location_type,
        offences.weapon_type,
        offences.victim_sex,
        offences.victim_ethnicity,
        offences.suspect_sex,
        offences.suspect_ethnicity,
        offences.suspect_pseudonym is not null
        or offences.suspect_age is not null
        or offences.suspect_sex in ('female', 'male', 'other') as has_suspect,
        victim_bands.age_band as victim_age_band,
        suspect_bands.age_band as suspect_age_band,
        rank_editions.imd_decile,
        {{ part_of_day(
            'event_records.occurred_from', 'event_records.occurred_until', 'event_records.occurred_precision'
        ) }} as part_of_day,
        {{ financial_year_of_month(month_of('event_records.recorded_date')) }} as financial_year
    from event_records
    inner join offences
        on
            event_records.month = offences.month
            and event_records.record_id = offences.record_id
    inner join age_bands as victim_bands
        on {{ age_key('event_records.victim_age') }} = victim_bands.age_key
    inner join age_bands as suspect_bands
        on {{ age_key('offences.suspect_age') }} = suspect_bands.age_key
    left join rank_editions
        on event_records.lsoa_code = rank_editions.lsoa_code and rank_editions.by_edition = 1

),

list_units as (

    select
        financial_year,
        'crimes' as unit,
        case when is_domestic then 'domestic' when not is_domestic then 'not domestic' end as domestic,
        location_type as setting,
        weapon_type as weapon,
        case
            when imd_decile between 1 and 2 then '1 most deprived'
            when imd_decile between 3 and 4 then '2'
            when imd_decile between 5 and 6 then '3'
            when imd_decile between 7 and 8 then '4'
            when imd_decile between 9 and 10 then '5 least deprived'
        end as deprivation,
        part_of_day,
        cast(null as string) as sex,
        cast(null as string) as age,
        cast(null as string) as ethnicity
    from join_records
    where crimes = 1
    union all
    select
        financial_year,
        'victims' as unit,
        null as domestic,
        null as setting,
        null as weapon,
        null as deprivation,
        null as part_of_day,
        victim_sex as sex,
        victim_age_band as age,
        {{ ethnic_group('victim_ethnicity') }} as ethnicity
    from join_records
    where has_victim
    union all
    select
        financial_year,
        'suspects' as unit,
        null as domestic,
        null as setting,
        null as weapon,
        null as deprivation,
        null as part_of_day,
        suspect_sex as sex,
        suspect_age_band as age,
        {{ ethnic_group('suspect_ethnicity') }} as ethnicity
    from join_records
    where has_suspect

),

list_parts as (

    {% for (unit, breakdown), categories in parts.items() -%}
        {% set outer = loop -%}
        {% for category in categories -%}
            select
                '{{ unit }}' as unit,
                '{{ breakdown }}' as breakdown,
                '{{ category }}' as category,
                {{ outer.index }} as breakdown_order,
                {{ loop.index }} as category_order
            {% if not (outer.last and loop.last) -%}
                union all
            {% endif -%}
        {% endfor -%}
    {% endfor %}

),

count_parts as (

    {% for unit, breakdown in parts -%}
        select
            list_units.financial_year,
            list_units.unit,
            '{{ breakdown }}' as breakdown,
            coalesce(list_parts.category, 'unknown') as category,
            count(*) as counted
        from list_units
        left join list_parts
            on
                list_units.unit = list_parts.unit
                and list_parts.breakdown = '{{ breakdown }}'
                and list_units.{{ breakdown }} = list_parts.category
        where list_units.unit = '{{ unit }}'
        group by list_units.financial_year, list_units.unit, coalesce(list_parts.category, 'unknown')
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

shape_profile as (

    select
        metric_years.financial_year,
        list_parts.unit,
        list_parts.breakdown,
        list_parts.category,
        cast(
            case
                when metric_years.value is not null and metric_years.doubt is null
                    then coalesce(count_parts.counted, 0)
            end as integer
        ) as value,
        metric_years.value is not null and metric_years.doubt is null as is_complete,
        list_parts.breakdown_order,
        list_parts.category_order,
        metric_years.definition_version
    from metric_years
    cross join list_parts
    left join count_parts
        on
            metric_years.financial_year = count_parts.financial_year
            and list_parts.unit = count_parts.unit
            and list_parts.breakdown = count_parts.breakdown
            and list_parts.category = count_parts.category

),

add_shares as (

    -- Of those of whom it is known; no share of fewer than 50.
    select
        *,
        case
            when
                category <> 'unknown'
                and sum(case when category <> 'unknown' then value end) over (
                    partition by financial_year, unit, breakdown
                ) >= 50
                then round(
                    1e2 * value / sum(case when category <> 'unknown' then value end) over (
                        partition by financial_year, unit, breakdown
                    ), 1
                )
        end as percent_of_known
    from shape_profile

)

select
    financial_year,
    unit,
    breakdown,
    category,
    value,
    percent_of_known,
    is_complete,
    breakdown_order,
    category_order,
    definition_version
from add_shares
