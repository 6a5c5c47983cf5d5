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
    where is_counted

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
        periods.definition_version,
        members.prc_code,
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
        weights.harm_days
    from periods
    inner join weights
        on
            periods.definition_id = weights.definition_id
            and periods.version = weights.version

),

{% for name, definition in lists.items() -%}
    take_{{ name }} as (

        select * from take_members
        where definition_id = '{{ definition }}'

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
        violence.prc_code is not null as is_serious_violence,
        without_possession.prc_code is not null as is_serious_violence_excluding_possession,
        violence.prc_code is not null or coalesce(kinds.evidences_violence, false) as evidences_violence,
        codes.offence_subgroup = 'Homicide' as is_homicide,
        knife.prc_code is not null as is_ons_knife_offence,
        youth.prc_code is not null as is_youth_violence_offence,
        youth.requires is not null as needs_weapon_for_youth_violence,
        take_weights.harm_days
    from offence_codes as codes
    cross join list_periods
    {% for name in lists -%}
        left join take_{{ name }} as {{ name }}
            on codes.prc_code = {{ name }}.prc_code and list_periods.valid_from = {{ name }}.valid_from
    {% endfor -%}
    left join take_weights
        on
            codes.offence_subgroup = take_weights.offence_subgroup
            and list_periods.valid_from = take_weights.valid_from
    left join kinds on codes.offence_subgroup = kinds.offence_subgroup

)

select * from classify_codes
