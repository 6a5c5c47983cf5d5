{#- Whether all that a year's people are counted from was received and can be counted. -#}
with metric_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}
    where metric_id = 'M6'

),

person_rows as (

    select * from {{ ref('int_person_rows') }}

),

unknown_code_crimes as (

    select * from {{ ref('int_unknown_code_crimes') }}

),

limits as (

    {{ completeness_limits(['unknown_code_percent', 'fewest_unknown_code_rows', 'numbered_percent']) }}

),

judge_months as (

    select
        financial_year,
        sum(case when feeds_received < feeds_needed then 1 else 0 end) = 0 as is_received,
        cast(sum(quarantined_rows) as integer) as quarantined_rows,
        {{ joined_text('missing', ', ', 'month') }} as missing
    from metric_feed_months
    group by financial_year

),

count_records as (

    select
        financial_year,
        count(*) as records,
        sum(case when agency = 'police' then 1 else 0 end) as police_records,
        sum(case when person_id is null then 1 else 0 end) as records_of_nobody_known
    from person_rows
    group by financial_year

),

count_unknown_codes as (

    select
        {{ financial_year_of_month('month') }} as financial_year,
        sum(unknown_code_rows) as unknown_code_rows
    from unknown_code_crimes
    group by {{ financial_year_of_month('month') }}

),

take_counts as (

    select
        judge_months.financial_year,
        judge_months.is_received,
        judge_months.missing,
        judge_months.quarantined_rows,
        cast(coalesce(count_records.records, 0) as integer) as records,
        cast(coalesce(count_records.police_records, 0) as integer) as police_records,
        cast(coalesce(count_records.records_of_nobody_known, 0) as integer) as records_of_nobody_known,
        cast(coalesce(count_unknown_codes.unknown_code_rows, 0) as integer) as unknown_code_rows
    from judge_months
    left join count_records on judge_months.financial_year = count_records.financial_year
    left join count_unknown_codes on judge_months.financial_year = count_unknown_codes.financial_year

),

judge_years as (

    -- The people of a crime under a code that no list knows are counted nowhere; a record without a number is nobody.
    select
        take_counts.*,
        case
            when not take_counts.is_received then 'incomplete without ' || take_counts.missing
            when {{ too_many_unknown_codes('take_counts.unknown_code_rows', 'take_counts.police_records') }}
                then
                    {{ thousands('take_counts.unknown_code_rows') }} || ' crimes of ' || take_counts.financial_year
                    || ' have an offence code that is not known, and whoever they concern is not counted'
            when
                1e2 * (take_counts.records - take_counts.records_of_nobody_known)
                < limits.numbered_percent * take_counts.records
                then
                    {{ thousands('take_counts.records_of_nobody_known') }} || ' of the '
                    || {{ thousands('take_counts.records') }} || ' records of ' || take_counts.financial_year
                    || ' have no number by which to tell people apart'
        end as reason
    from take_counts
    left join limits on limits.metric_id = 'M6'

),

word_years as (

    select
        financial_year,
        reason is null as is_complete,
        'At least as many: ' || reason || '.' as statement,
        unknown_code_rows,
        records_of_nobody_known,
        quarantined_rows
    from judge_years

)

select * from word_years
