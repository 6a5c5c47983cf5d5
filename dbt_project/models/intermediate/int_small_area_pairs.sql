with small_area_changes as (

    select * from {{ ref('stg_reference__small_area_changes') }}

),

find_newest_edition as (

    select max(edition) as edition from small_area_changes

),

take_newest_changes as (

    select small_area_changes.*
    from small_area_changes
    inner join find_newest_edition on small_area_changes.edition = find_newest_edition.edition

),

count_partners as (

    select
        lsoa_2011_code,
        max(change) as change,
        count(distinct coalesce(change, 'not stated')) as kinds,
        count(distinct lsoa_2021_code) as successors
    from take_newest_changes
    group by lsoa_2011_code

),

name_changes as (

    select
        take_newest_changes.lsoa_2011_code,
        take_newest_changes.lsoa_2011_name,
        take_newest_changes.lsoa_2021_code,
        take_newest_changes.district_code,
        -- Whatever the list states in another way than it should is irregular: it is reported and not guessed.
        case
            when count_partners.kinds > 1 then 'irregular'
            when count_partners.change = 'U' and count_partners.successors = 1 then 'unchanged'
            when count_partners.change = 'M' and count_partners.successors = 1 then 'merged'
            when count_partners.change = 'S' then 'split'
            else 'irregular'
        end as change
    from take_newest_changes
    inner join count_partners on take_newest_changes.lsoa_2011_code = count_partners.lsoa_2011_code

)

select * from name_changes
