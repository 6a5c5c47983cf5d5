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

list_codes_of_tiers as (

    select
        definition_id,
        version,
        tier,
        requires,
        {{ joined_text('prc_code', ', ', 'prc_code') }} as prc_codes
    from members
    group by definition_id, version, tier, requires

),

word_lists as (

    select
        definition_id,
        version,
        tier,
        tier || coalesce(', with ' || requires, '') || ' (' || prc_codes || ')' as words
    from list_codes_of_tiers
    union all
    select
        definition_id,
        version,
        offence_subgroup as tier,
        offence_subgroup || ': ' || cast(harm_days as string) || ' days'
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
