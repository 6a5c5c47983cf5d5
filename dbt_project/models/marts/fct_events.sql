{#- Pounds. The suite of the log has the same limits. -#}
{%- set greatest_cost = 1000000 -%}

with entries as (

    select * from {{ ref('int_event_rows') }}
    where not is_superseded

),

small_area_codes as (

    select * from {{ ref('int_small_area_codes') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'EVENTS_ATTENDED'

),

rank_entries as (

    select
        *,
        -- The entry that says most stands for the event: held before planned before cancelled.
        row_number() over (
            partition by merged_event_id
            order by
                case status when 'held' then 0 when 'planned' then 1 else 2 end,
                starts_at,
                event_id,
                record_id
        ) as entry_rank,
        row_number() over (
            partition by merged_event_id
            order by
                case when programme_code is null then 1 else 0 end,
                case status when 'held' then 0 when 'planned' then 1 else 2 end,
                starts_at,
                event_id,
                record_id
        ) as programme_rank
    from entries

),

merge_entries as (

    select
        merged_event_id as event_id,
        max(case when entry_rank = 1 then event_date end) as event_date,
        max(case when entry_rank = 1 then starts_month end) as month,
        max(case when entry_rank = 1 then event_type end) as event_type,
        max(case when entry_rank = 1 then status end) as status,
        max(case when entry_rank = 1 then provider_name end) as host,
        max(case when entry_rank = 1 then venue_name end) as venue,
        max(lsoa_code) as lsoa_code,
        max(district_code) as delivered_district_code,
        max(vru_staff_present) as vru_staff_present,
        max(actual_attendance) as attendance,
        max(case when programme_rank = 1 then programme_code end) as programme_code,
        -- Each agency that enters an event states what the whole event cost. A refund or a number of another kind is no
        -- cost; the suite tells of it.
        max(case when cost_gbp between 0 and {{ greatest_cost }} then cost_gbp end) as cost_gbp,
        count(*) as entries,
        count(distinct agency_key) as agencies,
        max(case when is_counted_type then 1 else 0 end) = 1 as is_counted_type,
        max(delivery_id) as delivery_id
    from rank_entries
    group by merged_event_id

),

place_events as (

    select
        merge_entries.event_id,
        merge_entries.event_date,
        merge_entries.month,
        {{ financial_year_of_month('merge_entries.month') }} as financial_year,
        merge_entries.event_type,
        merge_entries.status,
        merge_entries.host,
        merge_entries.venue,
        -- Only what dim_area knows: a small area of the partnership, in the codes of 2021.
        coalesce(
            case when by_small_area.district_code is not null then small_area_codes.lsoa_2021_code end, 'unlocated'
        ) as lsoa_code,
        coalesce(delivered.district_code, by_small_area.district_code, 'unlocated') as district_code,
        cast(merge_entries.vru_staff_present as integer) as vru_staff_present,
        cast(merge_entries.attendance as integer) as attendance,
        merge_entries.programme_code,
        cast(merge_entries.cost_gbp as double) as cost_gbp,
        cast(merge_entries.entries as integer) as entries,
        cast(merge_entries.agencies as integer) as agencies,
        coalesce(
            merge_entries.is_counted_type
            and merge_entries.status = 'held'
            and merge_entries.vru_staff_present >= 1,
            false
        ) as is_counted,
        definition.definition_version,
        merge_entries.delivery_id
    from merge_entries
    cross join definition
    left join small_area_codes on merge_entries.lsoa_code = small_area_codes.small_area_code
    left join districts as delivered on merge_entries.delivered_district_code = delivered.district_code
    left join districts as by_small_area on small_area_codes.district_code = by_small_area.district_code

)

select * from place_events
