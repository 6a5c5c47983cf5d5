with small_areas as (

    select * from {{ ref('stg_reference__small_areas') }}

),

small_area_pairs as (

    select * from {{ ref('int_small_area_pairs') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

find_newest_edition as (

    select max(edition) as edition from small_areas

),

take_newest_small_areas as (

    select
        small_areas.lsoa_code,
        small_areas.district_code
    from small_areas
    inner join find_newest_edition on small_areas.edition = find_newest_edition.edition

),

list_changed_codes as (

    select
        lsoa_2021_code,
        max(district_code) as district_code
    from small_area_pairs
    group by lsoa_2021_code

),

-- The list of small areas and the list of changes are two deliveries: either may lack a code of 2021.

list_codes_of_2021 as (

    select
        coalesce(take_newest_small_areas.lsoa_code, list_changed_codes.lsoa_2021_code) as lsoa_code,
        coalesce(take_newest_small_areas.district_code, list_changed_codes.district_code) as district_code
    from take_newest_small_areas
    full outer join list_changed_codes on take_newest_small_areas.lsoa_code = list_changed_codes.lsoa_2021_code

),

list_codes_of_2011 as (

    select
        small_area_pairs.lsoa_2011_code as lsoa_code,
        max(small_area_pairs.change) as change,
        case when max(small_area_pairs.change) in ('unchanged', 'merged') then max(small_area_pairs.lsoa_2021_code) end
            as lsoa_2021_code,
        case when count(distinct list_codes_of_2021.district_code) = 1 then max(list_codes_of_2021.district_code) end
            as district_code
    from small_area_pairs
    inner join list_codes_of_2021 on small_area_pairs.lsoa_2021_code = list_codes_of_2021.lsoa_code
    group by small_area_pairs.lsoa_2011_code

),

test_against_both_lists as (

    select
        coalesce(list_codes_of_2011.lsoa_code, list_codes_of_2021.lsoa_code) as small_area_code,
        case
            when list_codes_of_2011.lsoa_code is null then '2021'
            when list_codes_of_2021.lsoa_code is null then '2011'
            else '2011 and 2021'
        end as vintage,
        list_codes_of_2011.change,
        case
            when list_codes_of_2011.lsoa_code is null then list_codes_of_2021.lsoa_code
            else list_codes_of_2011.lsoa_2021_code
        end as lsoa_2021_code,
        coalesce(list_codes_of_2011.district_code, list_codes_of_2021.district_code) as district_code
    from list_codes_of_2011
    full outer join list_codes_of_2021 on list_codes_of_2011.lsoa_code = list_codes_of_2021.lsoa_code

),

mark_partnership as (

    select
        test_against_both_lists.small_area_code,
        test_against_both_lists.vintage,
        test_against_both_lists.change,
        test_against_both_lists.lsoa_2021_code,
        test_against_both_lists.district_code,
        case
            when test_against_both_lists.district_code is not null then districts.district_code is not null
        end as is_in_partnership,
        coalesce(test_against_both_lists.change = 'split', false) as is_split,
        coalesce(test_against_both_lists.change = 'irregular', false) as is_irregular
    from test_against_both_lists
    left join districts on test_against_both_lists.district_code = districts.district_code

)

select * from mark_partnership
