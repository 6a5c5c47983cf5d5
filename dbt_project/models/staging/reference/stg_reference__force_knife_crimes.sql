with read_force_knife_crimes as (

    select * from {{ source('reference', 'force_knife_crimes') }}

),

find_years as (

    select
        *,
        cast(nullif(regexp_extract(period, '^Apr[a-z]* (20[0-9][0-9]) to', 1), '') as integer) as start_year,
        cast(nullif(regexp_extract(period, 'to Mar[a-z]* (20[0-9][0-9])$', 1), '') as integer) as end_year,
        regexp_extract(offences, '^([0-9]+)$', 1) <> '' as is_count
    from read_force_knife_crimes

),

type_columns as (

    -- Twelve months to another quarter than that to March are no financial year; a mark is no count.
    select
        record_id,
        force_code,
        period,
        case when end_year = start_year + 1 then {{ financial_year_named('start_year') }} end as financial_year,
        case when is_count then cast(offences as integer) end as offences,
        case when not is_count then offences end as mark,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from find_years

)

select * from type_columns
