{#-
    Crimes of M1 and M1b in the tables of all forces: their lists of recorded crime codes, counted everywhere alike.
    Those of M3 are published for whole forces and years alone.
-#}
with crimes as (

    select * from {{ ref('stg_reference__partnership_crimes') }}

),

knife_crimes as (

    select * from {{ ref('stg_reference__force_knife_crimes') }}
    where financial_year is not null

),

forces as (

    select * from {{ ref('police_forces') }}

),

metrics as (

    select * from {{ ref('metrics') }}
    where metric_id in ('M1', 'M1b', 'M3')

),

members as (

    select * from {{ ref('definition_members') }}

),

current_definitions as (

    select * from {{ ref('int_current_definitions') }}

),

list_codes as (

    select distinct
        metrics.metric_id,
        members.prc_code
    from metrics
    inner join current_definitions on metrics.definition_id = current_definitions.definition_id
    inner join members
        on
            current_definitions.definition_id = members.definition_id
            and current_definitions.version = members.version

),

find_newest_editions as (

    select
        financial_year,
        max(edition) as edition
    from crimes
    group by financial_year

),

list_names as (

    select distinct force_name from crimes

),

match_names as (

    -- Of each name once: the table has more than a million rows. A name that matches no force is kept as it is.
    select
        list_names.force_name,
        forces.force_code,
        case when forces.force_code is null then list_names.force_name end as unknown_force
    from list_names
    left join forces
        on
            {{ force_name_alike('list_names.force_name') }}
            in ({{ force_name_alike('forces.force_name') }}, {{ force_name_alike('forces.other_name') }})

),

name_forces as (

    -- Homicide stands under four codes at once; all are of one list.
    select
        crimes.financial_year_name as financial_year,
        crimes.financial_quarter,
        crimes.edition,
        match_names.force_code,
        match_names.unknown_force,
        crimes.csp_name,
        split_part(crimes.offence_code, '/', 1) as prc_code,
        crimes.offences
    from crimes
    inner join find_newest_editions
        on
            crimes.financial_year = find_newest_editions.financial_year
            and crimes.edition = find_newest_editions.edition
    inner join match_names on crimes.force_name = match_names.force_name

),

count_quarters as (

    select
        financial_year,
        force_code,
        unknown_force,
        cast(count(distinct financial_quarter) as integer) as force_quarters
    from name_forces
    group by financial_year, force_code, unknown_force

),

count_crimes as (

    select
        metrics.metric_id,
        name_forces.financial_year,
        name_forces.edition,
        name_forces.force_code,
        name_forces.unknown_force,
        name_forces.csp_name,
        cast(sum(case when list_codes.prc_code is not null then name_forces.offences else 0 end) as integer) as crimes,
        cast(count(distinct name_forces.financial_quarter) as integer) as quarters,
        max(count_quarters.force_quarters) as force_quarters,
        false as is_whole_force
    from name_forces
    cross join metrics
    inner join count_quarters
        on
            name_forces.financial_year = count_quarters.financial_year
            and coalesce(name_forces.force_code, name_forces.unknown_force)
            = coalesce(count_quarters.force_code, count_quarters.unknown_force)
    left join list_codes
        on
            metrics.metric_id = list_codes.metric_id
            and name_forces.prc_code = list_codes.prc_code
    where metrics.metric_id <> 'M3'
    group by
        metrics.metric_id,
        name_forces.financial_year,
        name_forces.edition,
        name_forces.force_code,
        name_forces.unknown_force,
        name_forces.csp_name

),

find_newest_knife_editions as (

    -- An edition that has the year, though a force may be blank in it: what is withdrawn is not taken from another.
    select
        financial_year,
        max(edition) as edition
    from knife_crimes
    group by financial_year

),

count_knife_crimes as (

    -- Rows of regions and countries match no force.
    select
        metrics.metric_id,
        knife_crimes.financial_year,
        knife_crimes.edition,
        knife_crimes.force_code,
        cast(null as string) as unknown_force,
        cast(null as string) as csp_name,
        knife_crimes.offences as crimes,
        4 as quarters,
        4 as force_quarters,
        true as is_whole_force
    from knife_crimes
    inner join find_newest_knife_editions
        on
            knife_crimes.financial_year = find_newest_knife_editions.financial_year
            and knife_crimes.edition = find_newest_knife_editions.edition
    inner join forces on knife_crimes.force_code = forces.force_code
    cross join metrics
    where metrics.metric_id = 'M3' and knife_crimes.offences is not null

),

join_tables as (

    select * from count_crimes
    union all
    select * from count_knife_crimes

)

select * from join_tables
