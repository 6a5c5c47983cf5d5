with read_rows as (

    select * from {{ ref('int_resident_rows') }}

),

read_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

find_residences as (

    select
        read_rows.feed,
        read_rows.month,
        read_rows.record_id,
        read_codes.vintage,
        case
            when read_rows.residence_lsoa_code is null then 'unlocated'
            when read_codes.small_area_code is null then 'unknown code'
            when read_codes.is_irregular then 'irregular code'
            when read_codes.is_split then 'unresolved split'
            when read_codes.change = 'merged' then 'code of a merged area'
            else 'code'
        end as placed_by,
        read_codes.lsoa_2021_code as residence_lsoa_2021_code,
        case when read_codes.is_in_partnership then read_codes.district_code end as residence_district_code,
        read_codes.is_in_partnership
    from read_rows
    left join read_codes on read_rows.residence_lsoa_code = read_codes.small_area_code

)

select * from find_residences
