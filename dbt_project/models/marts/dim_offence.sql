with read_codes as (

    select * from {{ ref('int_offence_codes') }}
    where valid_before = date '9999-12-31'

),

read_definition as (

    select * from {{ ref('int_definition_periods') }}
    where definition_id = 'SV_HIOW' and valid_before = date '9999-12-31'

),

shape_offences as (

    select
        read_codes.offence_code,
        read_codes.match_level,
        read_codes.prc_code,
        read_codes.title,
        read_codes.offence_group,
        read_codes.offence_subgroup,
        read_codes.tier,
        read_codes.is_serious_violence,
        read_codes.is_serious_violence_excluding_possession,
        read_codes.evidences_violence,
        read_codes.is_homicide,
        read_codes.is_ons_knife_offence,
        read_codes.is_youth_violence_offence,
        read_codes.needs_weapon_for_youth_violence,
        read_codes.harm_days,
        read_definition.definition_version,
        read_codes.evidence,
        read_codes.source
    from read_codes
    cross join read_definition

)

select * from shape_offences
order by offence_code, match_level
