with read_codes as (

    select * from {{ ref('int_offence_codes') }}

),

read_definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'SV_HIOW'

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
        read_definition.definition_version,
        read_codes.evidence,
        read_codes.source
    from read_codes
    cross join read_definition

)

select * from shape_offences
order by offence_code, match_level
