with read_partnership_crimes as (

    select * from {{ source('reference', 'partnership_crimes') }}

),

type_columns as (

    select
        record_id,
        sheet_name,
        financial_year,
        replace(financial_year, '/', '-') as financial_year_name,
        financial_quarter,
        force_name,
        csp_name,
        offence_description,
        offence_group,
        offence_subgroup,
        offence_code,
        offences,
        delivery_id,
        source_row,
        cast(edition as integer) as edition
    from read_partnership_crimes

)

select * from type_columns
