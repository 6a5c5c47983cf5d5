with admissions as (

    select * from {{ ref('stg_health__admissions') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}
    where feed = 'health__admissions'

),

find_newest_delivery as (

    {{ with_newest_delivery('admissions', 'deliveries', ['record_id'], months=6, sender='provider_code') }}

),

name_row_status as (

    select
        *,
        case
            when is_superseded then 'superseded by a newer delivery'
            when assault_cause is null then 'no assault cause (X85 to Y09)'
            when not is_counted_admission then 'not the first finished episode of a stay'
            else 'assault'
        end as row_status,
        case
            when assault_cause in ('X93', 'X94', 'X95') then 'firearm'
            when assault_cause = 'X99' then 'blade'
            when assault_cause = 'Y00' then 'blunt'
            when assault_cause in ('X86', 'X87') then 'corrosive'
        end as weapon
    from find_newest_delivery

)

select * from name_row_status
