with definitions as (

    select * from {{ ref('definitions') }}

),

current_definitions as (

    select * from {{ ref('int_current_definitions') }}

),

members as (

    select * from {{ ref('definition_members') }}

),

weights as (

    select * from {{ ref('harm_weights') }}

),

find_split_codes as (

    -- Recorded crime codes of which a definition names offences apart.
    select
        definition_id,
        version,
        prc_code
    from members
    where offence_code is not null
    group by definition_id, version, prc_code

),

word_codes as (

    select
        members.definition_id,
        members.version,
        members.tier,
        members.requires,
        case
            when members.offence_code is not null then members.prc_code || ' ' || members.offence_code
            when find_split_codes.prc_code is not null then 'other ' || members.prc_code
            else members.prc_code
        end as code
    from members
    left join find_split_codes
        on
            members.definition_id = find_split_codes.definition_id
            and members.version = find_split_codes.version
            and members.prc_code = find_split_codes.prc_code

),

list_codes_of_tiers as (

    select
        definition_id,
        version,
        tier,
        requires,
        {{ joined_text('code', ', ', 'code') }} as codes
    from word_codes
    group by definition_id, version, tier, requires

),

word_lists as (

    select
        definition_id,
        version,
        tier,
        tier || coalesce(', with ' || requires, '') || ' (' || codes || ')' as words
    from list_codes_of_tiers
    union all
    select
        definition_id,
        version,
        offence_subgroup as tier,
        offence_subgroup || coalesce(' ' || offence_code, '') || ': ' || cast(harm_days as string) || ' days'
        || case when is_counted then '' else ' (left out by default)' end as words
    from weights

),

list_tiers as (

    select
        definition_id,
        version,
        {{ joined_text('words', '; ', 'tier') }} as tiers
    from word_lists
    group by definition_id, version

),

describe_definitions as (

    select
        definitions.definition_id || ' v' || cast(definitions.version as string)
            as definition_version,
        definitions.definition_id,
        definitions.version,
        definitions.name,
        definitions.note,
        list_tiers.tiers,
        definitions.edition,
        definitions.effective_from,
        definitions.effective_to,
        current_definitions.definition_id is not null as is_current,
        definitions.evidence,
        definitions.source,
        definitions.unit
    from definitions
    left join current_definitions
        on
            definitions.definition_id = current_definitions.definition_id
            and definitions.version = current_definitions.version
    left join list_tiers
        on
            definitions.definition_id = list_tiers.definition_id
            and definitions.version = list_tiers.version

)

select * from describe_definitions
