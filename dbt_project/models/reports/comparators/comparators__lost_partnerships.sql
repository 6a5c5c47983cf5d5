with crimes as (

    select * from {{ ref('int_comparator_crimes') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

list_partnerships as (

    {{ comparator_partnerships('crimes') }}

),

list_expected_partnerships as (

    -- A force has each partnership that it has in the year before or after by the same edition; the own its own.
    select
        these.metric_id,
        these.financial_year,
        these.force_code,
        beside.csp_name
    from list_partnerships as these
    inner join list_partnerships as beside
        on
            these.metric_id = beside.metric_id
            and these.force_code = beside.force_code
            and these.edition = beside.edition
            and beside.start_year between these.start_year - 1 and these.start_year + 1
            and not beside.is_unassigned
            and not beside.is_whole_force
    union distinct
    select
        these.metric_id,
        these.financial_year,
        these.force_code,
        districts.csp_name
    from list_partnerships as these
    inner join districts on these.force_code = districts.force_code
    where not these.is_whole_force

),

find_lost_partnerships as (

    select
        expected.metric_id,
        expected.financial_year,
        expected.force_code,
        {{ joined_text('expected.csp_name', ', ', 'expected.csp_name') }} as lost_partnerships
    from list_expected_partnerships as expected
    left join list_partnerships as these
        on
            expected.metric_id = these.metric_id
            and expected.financial_year = these.financial_year
            and expected.force_code = these.force_code
            and expected.csp_name = these.csp_name
    where these.csp_name is null
    group by expected.metric_id, expected.financial_year, expected.force_code

)

select * from find_lost_partnerships
