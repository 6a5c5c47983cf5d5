{#- Definitions that are lists of offences. What a code is in each of them follows from the version of the period. -#}
{%- set lists = {'violence': 'SV_HIOW', 'without_possession': 'SV_HIOW_EX_POSSESSION', 'knife': 'ONS_KNIFE',
    'youth': 'SYV_A'} -%}

with offence_codes as (

    select * from {{ ref('offence_codes') }}

),

periods as (

    select * from {{ ref('int_definition_periods') }}

),

members as (

    select * from {{ ref('definition_members') }}

),

weights as (

    select * from {{ ref('harm_weights') }}

),

kinds as (

    select * from {{ ref('violence_kinds') }}

),

list_periods as (

    select distinct
        valid_from,
        valid_before
    from periods

),

take_members as (

    select
        periods.valid_from,
        periods.definition_id,
        members.prc_code,
        members.offence_code,
        members.tier,
        members.requires
    from periods
    inner join members
        on
            periods.definition_id = members.definition_id
            and periods.version = members.version

),

take_weights as (

    select
        periods.valid_from,
        weights.offence_subgroup,
        weights.offence_code,
        weights.harm_days,
        weights.is_counted
    from periods
    inner join weights
        on
            periods.definition_id = weights.definition_id
            and periods.version = weights.version

),

rank_members as (

    -- A member that names the offence goes before one that names its whole recorded crime code.
    select
        codes.offence_code,
        take_members.valid_from,
        take_members.definition_id,
        take_members.tier,
        take_members.requires,
        row_number() over (
            partition by codes.offence_code, take_members.valid_from, take_members.definition_id
            order by case when take_members.offence_code is null then 1 else 0 end
        ) as by_precision
    from offence_codes as codes
    inner join take_members
        on
            codes.prc_code = take_members.prc_code
            and codes.offence_code = coalesce(take_members.offence_code, codes.offence_code)

),

rank_weights as (

    -- So does the weight of an offence go before the median of its subgroup.
    select
        codes.offence_code,
        take_weights.valid_from,
        take_weights.harm_days,
        take_weights.is_counted,
        row_number() over (
            partition by codes.offence_code, take_weights.valid_from
            order by case when take_weights.offence_code is null then 1 else 0 end
        ) as by_precision
    from offence_codes as codes
    inner join take_weights
        on
            codes.offence_subgroup = take_weights.offence_subgroup
            and codes.offence_code = coalesce(take_weights.offence_code, codes.offence_code)

),

{% for name, definition in lists.items() -%}
    take_{{ name }} as (

        select * from rank_members
        where definition_id = '{{ definition }}' and by_precision = 1

    ),

{% endfor -%}
classify_codes as (

    select
        codes.offence_code,
        codes.match_level,
        list_periods.valid_from,
        list_periods.valid_before,
        codes.prc_code,
        codes.title,
        codes.offence_group,
        codes.offence_subgroup,
        codes.evidence,
        codes.source,
        violence.tier,
        violence.offence_code is not null as is_serious_violence,
        without_possession.offence_code is not null as is_serious_violence_excluding_possession,
        violence.offence_code is not null or coalesce(kinds.evidences_violence, false) as evidences_violence,
        codes.offence_subgroup = 'Homicide' as is_homicide,
        knife.offence_code is not null as is_ons_knife_offence,
        youth.offence_code is not null as is_youth_violence_offence,
        youth.requires is not null as needs_weapon_for_youth_violence,
        case when weights_of_offences.is_counted then weights_of_offences.harm_days end as harm_days
    from offence_codes as codes
    cross join list_periods
    {% for name in lists -%}
        left join take_{{ name }} as {{ name }}
            on codes.offence_code = {{ name }}.offence_code and list_periods.valid_from = {{ name }}.valid_from
    {% endfor -%}
    left join rank_weights as weights_of_offences
        on
            codes.offence_code = weights_of_offences.offence_code
            and list_periods.valid_from = weights_of_offences.valid_from
            and weights_of_offences.by_precision = 1
    left join kinds on codes.offence_subgroup = kinds.offence_subgroup

)

select * from classify_codes
