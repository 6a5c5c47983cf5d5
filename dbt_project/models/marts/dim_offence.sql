with offence_codes as (

    select * from {{ ref('int_offence_codes') }}
    where valid_before = date '9999-12-31'

),

definition as (

    select * from {{ ref('int_definition_periods') }}
    where definition_id = 'SV_HIOW' and valid_before = date '9999-12-31'

),

shape_offences as (

    select
        offence_codes.offence_code,
        offence_codes.match_level,
        offence_codes.prc_code,
        offence_codes.title,
        offence_codes.offence_group,
        offence_codes.offence_subgroup,
        offence_codes.tier,
        offence_codes.is_serious_violence,
        offence_codes.is_serious_violence_excluding_possession,
        offence_codes.evidences_violence,
        offence_codes.is_homicide,
        offence_codes.is_ons_knife_offence,
        offence_codes.is_youth_violence_offence,
        offence_codes.needs_weapon_for_youth_violence,
        offence_codes.harm_days,
        definition.definition_version,
        offence_codes.evidence,
        offence_codes.source
    from offence_codes
    cross join definition

)

select * from shape_offences
