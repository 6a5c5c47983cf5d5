with read_force_knife_crimes as (

    select * from {{ source('reference', 'force_knife_crimes') }}

),

type_columns as (

    -- Twelve months to another quarter than that to March are no financial year; a mark is no count.
    select
        record_id,
        force_code,
        period,
        case
            when
                period like 'Apr%Mar%'
                and cast(regexp_extract(period, '(20[0-9][0-9]) to', 1) as integer) + 1
                = cast(regexp_extract(period, '(20[0-9][0-9])$', 1) as integer)
                then {{ financial_year_named("cast(regexp_extract(period, '(20[0-9][0-9])', 1) as integer)") }}
        end as financial_year,
        case when regexp_extract(offences, '^([0-9]+)$', 1) <> '' then cast(offences as integer) end as offences,
        case when regexp_extract(offences, '^([0-9]+)$', 1) = '' then offences end as mark,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_force_knife_crimes

)

select * from type_columns
