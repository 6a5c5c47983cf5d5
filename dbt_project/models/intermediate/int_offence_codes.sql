with read_codes as (

    select * from {{ ref('offence_codes') }}

),

read_members as (

    select * from {{ ref('definition_members') }}

),

read_current_definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'SV_HIOW'

),

take_current_members as (

    select
        read_members.prc_code,
        read_members.tier
    from read_members
    inner join read_current_definition
        on
            read_members.definition_id = read_current_definition.definition_id
            and read_members.version = read_current_definition.version

),

classify_codes as (

    select
        read_codes.offence_code,
        read_codes.match_level,
        read_codes.prc_code,
        read_codes.title,
        read_codes.offence_group,
        read_codes.offence_subgroup,
        read_codes.evidence,
        read_codes.source,
        take_current_members.tier,
        take_current_members.tier is not null as is_serious_violence,
        coalesce(take_current_members.tier <> 'weapon possession', false) as is_serious_violence_excluding_possession,
        take_current_members.tier is not null
        or (
            read_codes.offence_group in ('Violence against the person', 'Robbery', 'Sexual offences')
            and read_codes.offence_subgroup not in (
                'Stalking and harassment', 'Death or serious injury - unlawful driving'
            )
        ) as evidences_violence,
        coalesce(take_current_members.tier = 'homicide', false) as is_homicide,
        false as is_ons_knife_offence,
        cast(null as double) as harm_days
    from read_codes
    left join take_current_members on read_codes.prc_code = take_current_members.prc_code

)

select * from classify_codes
