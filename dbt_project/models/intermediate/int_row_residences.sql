with resident_rows as (

    select * from {{ ref('int_resident_rows') }}

),

small_area_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

find_residences as (

    select
        resident_rows.feed,
        resident_rows.month,
        resident_rows.record_id,
        small_area_codes.vintage,
        case
            when resident_rows.residence_lsoa_code is null then 'unlocated'
            when small_area_codes.small_area_code is null then 'unknown code'
            when small_area_codes.is_irregular then 'irregular code'
            when small_area_codes.is_split then 'unresolved split'
            when small_area_codes.change = 'merged' then 'code of a merged area'
            else 'code'
        end as placed_by,
        small_area_codes.lsoa_2021_code as residence_lsoa_2021_code,
        case when small_area_codes.is_in_partnership then small_area_codes.district_code end as residence_district_code,
        small_area_codes.is_in_partnership
    from resident_rows
    left join small_area_codes on resident_rows.residence_lsoa_code = small_area_codes.small_area_code

)

select * from find_residences
