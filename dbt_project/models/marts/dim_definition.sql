with read_definitions as (

    select * from {{ ref('definitions') }}

),

read_current as (

    select * from {{ ref('int_current_definitions') }}

),

read_members as (

    select * from {{ ref('definition_members') }}

),

read_weights as (

    select * from {{ ref('harm_weights') }}

),

list_codes_of_tiers as (

    select
        definition_id,
        version,
        tier,
        requires,
        {{ joined_text('prc_code', ', ', 'prc_code') }} as prc_codes
    from read_members
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
    from read_weights

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
        read_definitions.definition_id || ' v' || cast(read_definitions.version as string)
            as definition_version,
        read_definitions.definition_id,
        read_definitions.version,
        read_definitions.name,
        read_definitions.note,
        list_tiers.tiers,
        read_definitions.edition,
        read_definitions.effective_from,
        read_definitions.effective_to,
        read_current.definition_id is not null as is_current,
        read_definitions.evidence,
        read_definitions.source
    from read_definitions
    left join read_current
        on
            read_definitions.definition_id = read_current.definition_id
            and read_definitions.version = read_current.version
    left join list_tiers
        on
            read_definitions.definition_id = list_tiers.definition_id
            and read_definitions.version = list_tiers.version

)

select * from describe_definitions
order by definition_version
